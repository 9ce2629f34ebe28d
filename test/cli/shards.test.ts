/** Runs that are divided, and put together again. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from './fake.js';
import { built, lasting, run } from './long_runs.js';

const program = `model Coin {
  p ~ uniform(0, 1)
  seen ~ binomial(40, p * exp(-p / 100))
  rain ~ bernoulli(0.3)
}
query all = posterior(p | seen = 31) using importance(samples = 30000)
query mean = E(p | seen = 31) - E(p | seen = 9) using importance(samples = 50000)
query best = argmax k in 0..3 of E(abs(p - k / 3) | seen = 31) using importance(samples = 5000)
query near = posterior(p | seen ~= 31) using abc(quantile = 0.01, simulations = 20000)
query exact = P(rain)
`;

function folderWith(text: string): string {
  const folder = scratch();
  writeFileSync(path.join(folder, 'm.scm'), text);
  return folder;
}

describe.skipIf(!built)('shards', () => {
  it('merge into what the undivided run gives, to the bit', async () => {
    const folder = folderWith(program);
    const whole = await run(folder, ['run', 'm.scm', '--json', '--seed', '3']);
    expect(whole.code).toBe(0);
    for (const of of [1, 3]) {
      const parts = Array.from({ length: of }, (_, i) => `part${i + 1}.whatif`);
      for (const [i, part] of parts.entries()) {
        const shard = `${i + 1}/${of}`;
        const done = await run(folder, [
          'run',
          'm.scm',
          '--seed',
          '3',
          '--shard',
          shard,
          '--out',
          part,
          '--no-checkpoint',
        ]);
        expect([done.code, done.error]).toEqual([0, '']);
        expect(done.out).toContain(`shard ${shard}: `);
      }
      const merged = await run(folder, ['merge', ...parts.reverse(), '--json']);
      expect(merged.code).toBe(0);
      expect(lasting(merged.out)).toBe(lasting(whole.out));
      expect(merged.error).toContain('done now: 0 jobs');
    }
  }, 120_000);

  it('that do not belong together are refused', async () => {
    const folder = folderWith(program);
    const part = (name: string, ...more: readonly string[]) =>
      run(folder, ['run', 'm.scm', '--query', 'mean', '--out', name, ...more]);
    await part('one.whatif', '--shard', '1/2', '--seed', '1');
    await part('two.whatif', '--shard', '2/2', '--seed', '2');
    const missing = await run(folder, ['merge', 'one.whatif']);
    expect([missing.code, missing.error]).toEqual([2, 'error: of 2 shards these are missing: 2\n']);
    const other = await run(folder, ['merge', 'one.whatif', 'two.whatif']);
    expect([other.code, other.error]).toEqual([2, 'error: two.whatif is of another run than one.whatif\n']);
    const half = readFileSync(path.join(folder, 'one.whatif'));
    writeFileSync(path.join(folder, 'half.whatif'), half.subarray(0, half.length / 2));
    expect((await run(folder, ['merge', 'half.whatif'])).error).toContain('not all of it');
  }, 60_000);

  it('are refused where draws hang together, where their number is open, and without a file', async () => {
    const folder = folderWith(`${program}query open = E(p | seen = 31) using importance\n`);
    const shard = (...more: readonly string[]) => run(folder, ['run', 'm.scm', '--shard', '1/2', ...more]);
    const chains = await shard('--query', 'all', '--method', 'mh', '--out', 'x.whatif');
    expect(chains.code).toBe(3);
    expect(chains.error).toMatch(/E0492.*'mh' can not be divided into shards/);
    const open = await shard('--query', 'open', '--out', 'x.whatif');
    expect(open.error).toContain('need a fixed number of samples');
    expect((await shard('--query', 'all')).code).toBe(2);
    expect((await shard('--query', 'all', '--out', 'x.json')).code).toBe(2);
    expect((await run(folder, ['run', 'm.scm', '--shard', '3/2', '--out', 'x.whatif'])).code).toBe(2);
  }, 60_000);
});
