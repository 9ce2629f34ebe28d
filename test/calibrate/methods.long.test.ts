/** Every method on every model that suits it: posteriors are right, as simulation-based calibration sees it. */
import { describe, expect, test } from 'vitest';
import { calibrated } from './calibrated.js';
import { type CalibrationModel, models, programOf } from './models.js';
import { modelsInTime } from './models_in_time.js';

type Calibrated = { readonly using: string; readonly models: readonly CalibrationModel[] };

/** What can be compared; of a whole path only the nearest hundredth comes near enough where it is discrete. */
const compared = (model: CalibrationModel): boolean => model.approximate !== null && (model.discrete || !isPath(model));
const isPath = ({ text }: CalibrationModel): boolean => text.includes('[t - 1]');
/** Particles of parameters need a draw outside of recursion that they can be moved by. */
const moved = (model: CalibrationModel): boolean => compared(model) && !model.text.includes('walk(');
/** Rejection needs densities with a bound that is known: not those of a scale that is drawn near 0. */
const bounded = ({ text }: CalibrationModel): boolean => !text.includes('noise');
/** Parameters beside a path of states. */
const inTime = ({ text }: CalibrationModel): boolean => /\blow\b|\bpull\b/.test(text);

/**
 * Where a path of states holds its own noise in place a chain moves slowly, and ranks among draws that hang together crowd at the ends (Talts
 * and others 2018, section 5.1): it needs ten times as many.
 */
const slow = ({ name }: CalibrationModel): boolean => name === 'a level, with both variances unknown';
const quick = (model: CalibrationModel): boolean => !slow(model);

const withTime = [...models.filter(inTime), ...modelsInTime];

const methods: readonly Calibrated[] = [
  { using: 'auto', models },
  { using: 'importance(samples = 8000)', models },
  { using: 'rejection(samples = 200)', models: models.filter(bounded) },
  { using: 'smc(particles = 500)', models },
  { using: 'mh(samples = 4000)', models },
  { using: 'pmmh(particles = 25, chains = 2, warmup = 150, samples = 2000)', models: withTime },
  { using: 'particle_gibbs(particles = 12, chains = 2, warmup = 150, samples = 1200)', models: withTime.filter(quick) },
  { using: 'particle_gibbs(particles = 12, chains = 2, warmup = 500, samples = 12000)', models: withTime.filter(slow) },
  { using: 'smc2(parameters = 80, particles = 15, replicas = 2)', models: withTime },
  { using: 'abc(quantile = 0.01, simulations = 20000)', models: models.filter(compared) },
  { using: 'abc_smc(particles = 120)', models: models.filter(moved) },
];

describe.each(methods)('$using', ({ using, models: suited }) => {
  test.each(suited)('$name', (model) => {
    const found = calibrated(programOf(model, using), { replications: 100, seed: 'methods' });
    // With WHATIF_TABLE set, what was found is told: a line for each model and quantity.
    if (process.env.WHATIF_TABLE !== undefined)
      for (const { name, p } of found.targets)
        process.stdout.write(`sbc\t${using}\t${model.name}\t${name}\t${p.toFixed(4)}\n`);
    expect(found.failures).toBe(0);
    expect(found.targets.filter((t) => !t.calibrated)).toEqual([]);
    expect(found.verdict).toBe('calibrated');
  });
});
