/** Options that several methods have, and what they accept. */
import type { OptionSchema } from './backend.js';
import { schemes } from './resampling/registry.js';

/** Which values an option takes, and the same in words. */
type Taken = Pick<OptionSchema, 'accepts' | 'wants'>;

/** A whole number, from `least` on. */
export const count = (least = 1): Taken => ({
  accepts: (n) => typeof n === 'number' && Number.isInteger(n) && n >= least,
  wants: `a whole number from ${least} on`,
});

/** A number above 0. */
export const positive: Taken = { accepts: (n) => typeof n === 'number' && n > 0, wants: 'a number above 0' };

/** A number that is not below 0. */
export const notNegative: Taken = { accepts: (n) => typeof n === 'number' && n >= 0, wants: 'a number from 0 on' };

/** A share of a whole; `open` names the ends that it may not have. */
export const share = (open: 'neither' | 'zero' | 'one' | 'both' = 'neither'): Taken => ({
  accepts: (n) =>
    typeof n === 'number' &&
    (open === 'zero' || open === 'both' ? n > 0 : n >= 0) &&
    (open === 'one' || open === 'both' ? n < 1 : n <= 1),
  wants: {
    neither: 'a number from 0 to 1',
    zero: 'a number above 0, up to 1',
    one: 'a number from 0 on and below 1',
    both: 'a number between 0 and 1',
  }[open],
});

export const yesOrNo: Taken = { accepts: (value) => typeof value === 'boolean', wants: 'true or false' };

export const oneOf = (...words: readonly string[]): Taken => ({
  accepts: (value) => typeof value === 'string' && words.includes(value),
  wants: `one of ${words.join(', ')}`,
});

/** Of chains, whose draws double from `first` on where their number is left out. */
export const samplesOfChains = (first: number): OptionSchema => ({
  name: 'samples',
  meaning: `number of draws of all chains together; left out, it doubles from ${first} until every standard error is under 1 % of its standard deviation`,
  default: null,
  ...count(),
});

export const warmupOption = (usual: number): OptionSchema => ({
  name: 'warmup',
  meaning: 'sweeps of each chain before its first draw, in which proposals are adapted',
  default: usual,
  ...count(0),
});

export const chainsOption = (usual: number): OptionSchema => ({
  name: 'chains',
  meaning: 'number of independent chains',
  default: usual,
  ...count(),
});

export const resamplingOption: OptionSchema = {
  name: 'resampling',
  meaning: `how ancestors are drawn: ${Object.keys(schemes).join(', ')}`,
  default: 'systematic',
  ...oneOf(...Object.keys(schemes)),
};

export const thresholdOption: OptionSchema = {
  name: 'threshold',
  meaning: 'share of the particles that the effective sample size falls under before they are resampled; 1: always',
  default: 0.5,
  ...share(),
};
