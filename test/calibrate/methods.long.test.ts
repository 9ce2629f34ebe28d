/** Every method on every model that suits it: posteriors are right, as simulation-based calibration sees it. */
import { describe, expect, test } from 'vitest';
import { calibrated } from './calibrated.js';
import { type CalibrationModel, models, programOf } from './models.js';

type Calibrated = { readonly using: string; readonly suits: (model: CalibrationModel) => boolean };

const all = (): boolean => true;
/** What can be compared; of a whole path only the nearest hundredth comes near enough where it is discrete. */
const compared = (model: CalibrationModel): boolean => model.approximate !== null && (model.discrete || !isPath(model));
const isPath = ({ text }: CalibrationModel): boolean => text.includes('[t - 1]');
/** Particles of parameters need a draw outside of recursion that they can be moved by. */
const moved = (model: CalibrationModel): boolean => compared(model) && !model.text.includes('walk(');
/** Rejection needs densities with a bound that is known: not those of a scale that is drawn near 0. */
const bounded = ({ text }: CalibrationModel): boolean => !text.includes('noise');
/** Parameters beside a path of states. */
const inTime = ({ text }: CalibrationModel): boolean => text.includes('low') || text.includes('pull');

const methods: readonly Calibrated[] = [
  { using: 'auto', suits: all },
  { using: 'importance(samples = 8000)', suits: all },
  { using: 'rejection(samples = 200)', suits: bounded },
  { using: 'smc(particles = 500)', suits: all },
  { using: 'mh(samples = 4000)', suits: all },
  { using: 'pmmh(particles = 40, samples = 6000)', suits: inTime },
  { using: 'abc(quantile = 0.01, simulations = 20000)', suits: compared },
  { using: 'abc_smc(particles = 120)', suits: moved },
];

describe.each(methods)('$using', ({ using, suits }) => {
  test.each(models.filter(suits))('$name', (model) => {
    const found = calibrated(programOf(model, using), { replications: 100, seed: 'methods' });
    expect(found.failures).toBe(0);
    expect(found.targets.filter((t) => !t.calibrated)).toEqual([]);
    expect(found.verdict).toBe('calibrated');
  });
});
