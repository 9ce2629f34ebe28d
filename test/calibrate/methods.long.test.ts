/** Every method on every model that suits it: posteriors are right, as simulation-based calibration sees it. */
import { describe, expect, test } from 'vitest';
import { calibrated } from './calibrated.js';
import { type CalibrationModel, models, programOf } from './models.js';

type Calibrated = { readonly using: string; readonly suits: (model: CalibrationModel) => boolean };

const all = (): boolean => true;
const compared = (model: CalibrationModel): boolean => model.approximate !== null;

const methods: readonly Calibrated[] = [
  { using: 'auto', suits: all },
  { using: 'importance(samples = 8000)', suits: all },
  { using: 'smc(particles = 1000)', suits: all },
  { using: 'mh(samples = 4000)', suits: all },
  { using: 'abc(quantile = 0.01, simulations = 40000)', suits: compared },
  { using: 'abc_smc(particles = 400)', suits: compared },
];

describe.each(methods)('$using', ({ using, suits }) => {
  test.each(models.filter(suits))('$name', (model) => {
    const found = calibrated(programOf(model, using), { replications: 200, seed: 'methods' });
    expect(found.failures).toBe(0);
    expect(found.targets.filter((t) => !t.calibrated)).toEqual([]);
    expect(found.verdict).toBe('calibrated');
  });
});
