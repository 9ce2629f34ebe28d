/** The outbreak by ABC, killed ten times over, up to three times each. */
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'vitest';
import { stream } from '../inference/statistics_draws.js';
import { scratch } from './fake.js';
import { built, expectSameJobs, run } from './long_runs.js';

const root = path.join(import.meta.dirname, '..', '..');

const program = `data school = csv("boarding_school.csv")
model Outbreak {
  beta ~ uniform(0, 4)  gamma ~ uniform(0, 1.5)
  var s = 762  var i = 1
  for day in 0..school.rows {
    let infected = sample binomial(s, 1 - exp(-beta * i / 763))
    let recovered = sample binomial(i, 1 - exp(-gamma))
    s = s - infected  i = i + infected - recovered
    in_bed[day] := i
  }
}
query r0 = posterior(beta, gamma, beta / gamma | in_bed ~= school.in_bed) using abc(quantile = 0.001, simulations = 1000000)
`;

describe.skipIf(!built)('the outbreak', () => {
  it('ends in the same bits, wherever it was killed', async () => {
    const folder = scratch();
    writeFileSync(path.join(folder, 'outbreak.scm'), program);
    copyFileSync(path.join(root, 'examples', 'boarding_school.csv'), path.join(folder, 'boarding_school.csv'));
    const start = performance.now();
    const args = ['run', 'outbreak.scm', '--json', '--seed', '7', '--no-checkpoint', '--workers', '2'];
    const whole = await run(folder, args);
    const length = performance.now() - start;
    await expectSameJobs({ folder, program: 'outbreak.scm', whole, length }, 10, stream(34).uniform);
  }, 1_200_000);
});
