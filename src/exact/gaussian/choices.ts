/** Draws of finite discrete families, enumerated: every walk takes one value at each, and the next walk another. */
import type { Constant, Family, IrType } from '../../ir/ir.js';
import type { Evaluate, Problem } from '../solver.js';
import { giveUp } from './refusal.js';

/** Values with positive probability, and their probabilities. */
type Outcomes = { readonly values: readonly number[]; readonly probabilities: readonly number[] };

/** The decisions of one walk after another. */
export type Choices = {
  /** Takes one of several outcomes; returns its position. */
  readonly choose: (count: number) => number;
  /** Ends a walk; false when all combinations were taken. */
  readonly advance: () => boolean;
};

/** Why nothing is enumerated. */
export const tooMany = (most: number): string => `there are more than ${most} combinations of discrete values`;

/**
 * Decisions in the order of an odometer: the last one changes first. Gives up when those of one walk alone allow more than `most`
 * combinations.
 */
export function createChoices(most: number): Choices {
  const taken: { at: number; readonly count: number }[] = [];
  let position = 0;
  return {
    choose: (count) => {
      const known = taken[position];
      position += 1;
      if (known !== undefined) return known.at;
      taken.push({ at: 0, count });
      if (taken.reduce((product, choice) => product * choice.count, 1) > most) giveUp(tooMany(most));
      return 0;
    },
    advance: () => {
      position = 0;
      for (let last = taken.at(-1); last !== undefined; last = taken.at(-1)) {
        last.at += 1;
        if (last.at < last.count) return true;
        taken.pop();
      }
      return false;
    },
  };
}

/** Whole numbers away from 0 that are tried. */
const reach = 512;
const whole = 1 - 1e-12;

/** The values that a discrete family can take at given parameters; gives up where there are infinitely many. */
export function outcomesOf(problem: Problem, family: Family, params: readonly Constant[]): Outcomes {
  const logpdf = problem.entry(family.name, 'logpdf');
  if (logpdf === null) return giveUp('a discrete family has no density');
  return scalarOutcomes(family.value, logpdf, params);
}

function scalarOutcomes(type: IrType, logpdf: Evaluate, params: readonly Constant[]): Outcomes {
  const values: number[] = [];
  const probabilities: number[] = [];
  let total = 0;
  const add = (value: number): void => {
    const mass = Math.exp(Number(logpdf(...params, value)));
    if (!(mass > 0)) return;
    values.push(value);
    probabilities.push(mass);
    total += mass;
  };
  if (type.kind === 'bool') [0, 1].forEach(add);
  else if (type.kind === 'enum') for (const k of type.members.keys()) add(k);
  else if (type.kind === 'int') {
    for (let k = 0; k <= reach && total < whole; k++) {
      add(k);
      if (k > 0) add(-k);
    }
    const beyond = Math.max(0, ...values.map(Math.abs)) + 1;
    const before = total;
    if (total >= whole) [beyond, -beyond].forEach(add);
    if (!(before >= whole) || total > before) return giveUp('a discrete value has infinitely many values');
  } else return giveUp('a discrete value is no single number');
  return { values, probabilities: probabilities.map((p) => p / total) };
}
