/** The outbreak by ABC, killed at twenty random moments. */
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from './fake.js';
import { built, killAndResume, run, type Total } from './long_runs.js';

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
    const totals: Total[] = [];
    for (let k = 0; k < 20; k++) totals.push(await killAndResume(folder, 'outbreak.scm', whole, length));
    const known = totals.flatMap((total) => (total === null ? [] : [total]));
    expect(known.length).toBeGreaterThan(10);
    for (const total of known) expect(total).toEqual(known[0]);
  }, 1_200_000);
});
