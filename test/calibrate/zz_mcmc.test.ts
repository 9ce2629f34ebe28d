import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { calibrated } from '/work/main/test/calibrate/calibrated.ts';
import { models, programOf } from '/work/main/test/calibrate/models.ts';

for (const [using, names] of [
  ['mh(samples = 2000, warmup = 800)', null],
  [
    'pmmh(particles = 30, samples = 600, warmup = 80)',
    [
      'a walk in time with unknown parameters',
      'switches between two regimes, counted',
      "the model's own observations, in a line",
      'a hidden chain of states',
    ],
  ],
] as const)
  for (const model of models) {
    if (names !== null && !(names as readonly string[]).includes(model.name)) continue;
    test(`${using} ${model.name}`, { timeout: 600_000 }, () => {
      const t = performance.now();
      const f = calibrated(programOf(model, using), { replications: 100, seed: 'chains' });
      appendFileSync(
        '/tmp/team/mcmc/sbc.txt',
        `${using} | ${model.name} | ${f.verdict} ${f.failures} ${f.targets.map((x: any) => `${x.name} ${x.calibrated} ${x.pValue ?? x.p ?? ''}`).join('; ')} ${((performance.now() - t) / 1000).toFixed(0)} s\n`,
      );
    });
  }
