/** Runs that are killed, interrupted and gone on with. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from './fake.js';
import { built, counted, type Ended, killAndResume, lasting, run, type Total } from './long_runs.js';

const program = `model Curve {
  mu ~ normal(0, 5)
  for i in 0..8 { y[i] ~ normal(mu * exp(mu / 100), 1 + abs(mu)) }
}
query kept = posterior(mu | y[0] = 1, y[3] = 2) using importance(samples = 400000)
query mean = E(mu | y[0] = 1, y[3] = 2) - E(mu | y[0] = 2) using importance(samples = 4000000)
query exact = E(mu)
`;

function folderWith(text: string): string {
  const folder = scratch();
  writeFileSync(path.join(folder, 'm.scm'), text);
  return folder;
}

describe.skipIf(!built)('a run that is stopped', () => {
  it('by kill -9 at any moment ends in the same bits, with no job done twice', async () => {
    const folder = folderWith(program);
    const start = performance.now();
    const whole = await run(folder, ['run', 'm.scm', '--json', '--seed', '7', '--no-checkpoint']);
    const length = performance.now() - start;
    expect(whole.code).toBe(0);
    const totals: Total[] = [];
    for (let k = 0; k < 3; k++) totals.push(await killAndResume(folder, 'm.scm', whole, length));
    const known = totals.flatMap((total) => (total === null ? [] : [total]));
    for (const total of known) expect(total).toEqual(known[0]);
  }, 120_000);

  it('by Ctrl-C keeps what was done, says how to go on, and ends with 130', async () => {
    const folder = folderWith(program.replace('4000000', '400000000'));
    const args = ['run', 'm.scm', '--query', 'mean', '--json', '--seed', '7'];
    // It says that it is kept after some seconds of work.
    const stopped = await run(folder, args, { signal: 'SIGINT', when: 'is kept' });
    expect(stopped.code).toBe(130);
    expect(JSON.parse(stopped.out).queries[0].warnings[0].code).toBe('W0606');
    const [, kept = ''] = /whatif resume (\S+)`/.exec(stopped.error) ?? [];
    expect(stopped.error).toContain('interrupted');
    expect(readdirSync(path.join(folder, kept))).toContain('run.json');
    // Listed by the command, and refused where it would end in something else.
    expect((await run(folder, ['resume'])).out).toBe(`${kept}\n`);
    expect(JSON.parse((await run(folder, ['resume', '--json'])).out)).toEqual({ runs: [kept] });
    writeFileSync(path.join(folder, 'm.scm'), program.replace('normal(0, 5)', 'normal(0, 6)'));
    const changed = await run(folder, ['resume', kept]);
    expect([changed.code, changed.out]).toEqual([2, '']);
    expect(changed.error).toContain('m.scm has changed');
  }, 60_000);

  it('at once keeps what there is', async () => {
    const folder = folderWith(program);
    const whole = await run(folder, ['run', 'm.scm', '--json', '--seed', '7']);
    // Nothing is left of a run that ended.
    expect(readdirSync(folder)).toEqual(['m.scm']);
    const args = ['run', 'm.scm', '--json', '--seed', '7', '--checkpoint', 'here'];
    const stopped = await run(folder, args, { signal: 'SIGINT', when: 'is kept' });
    expect(stopped.code).toBe(130);
    const again = await run(folder, ['resume', 'here']);
    expect(lasting(again.out)).toBe(lasting(whole.out));
    expect(counted(again.error).before[0]).toBeGreaterThan(0);
    expect(existsSync(path.join(folder, 'here'))).toBe(false);
  }, 60_000);

  it('and never begins in a folder with something else in it, nor takes that away', async () => {
    const folder = folderWith(program);
    const here = path.join(folder, 'here');
    const begin = (): Promise<Ended> => run(folder, ['run', 'm.scm', '--seed', '7', '--checkpoint', 'here']);
    mkdirSync(here);
    writeFileSync(path.join(here, 'keep.txt'), 'mine');
    const refused = await begin();
    expect([refused.code, refused.error]).toEqual([
      2,
      'error: here holds other files: a run needs a folder of its own\n',
    ]);
    rmSync(path.join(here, 'keep.txt'));
    const stopped = await run(folder, ['run', 'm.scm', '--seed', '7', '--checkpoint', 'here'], {
      signal: 'SIGINT',
      when: 'is kept',
    });
    expect(stopped.code).toBe(130);
    expect((await begin()).error).toContain('`whatif resume here` goes on with it');
    writeFileSync(path.join(here, 'keep.txt'), 'mine');
    expect((await run(folder, ['resume', 'here'])).code).toBe(0);
    expect(readdirSync(here)).toEqual(['keep.txt']);
    writeFileSync(path.join(folder, 'file'), '');
    const file = await run(folder, ['run', 'm.scm', '--checkpoint', 'file']);
    expect([file.code, file.error]).toEqual([2, 'error: file is not a folder that can be read\n']);
  }, 60_000);

  it('and a folder that holds no run is wrong usage', async () => {
    const folder = folderWith(program);
    const { code, error } = await run(folder, ['resume', '.']);
    expect([code, error]).toEqual([2, 'error: . is not the folder of a run\n']);
    expect((await run(folder, ['resume'])).error).toContain('there is no run');
    writeFileSync(path.join(folder, 'run.json'), '{ "format": 1, "wha');
    const damaged = await run(folder, ['resume', '.']);
    expect([damaged.code, damaged.error]).toEqual([
      2,
      'error: . is not the folder of a run, or its run.json is damaged\n',
    ]);
  });
});
