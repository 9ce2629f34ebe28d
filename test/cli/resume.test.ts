/** Runs that are killed, interrupted and gone on with. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stream } from '../inference/statistics_draws.js';
import { scratch } from './fake.js';
import { built, counted, type Ended, expectSameJobs, lasting, run } from './long_runs.js';

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
    await expectSameJobs({ folder, program: 'm.scm', whole, length }, 2, stream(33).uniform);
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

  it('by Ctrl-C while commands compute loses none of their calls, and sees that a command has changed', async () => {
    const folder = folderWith(`extern fn f(x: real): real from command "node sim.mjs"
model M { x ~ normal(0, 1)  y := f(x)  z ~ normal(y, 1) }
query q = E(y | z = 1) using importance(samples = 3500)
`);
    const sim = path.join(folder, 'sim.mjs');
    // There are as many processes as cores, and the run should take some seconds with any number.
    const text = (value: string): string => `import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, args } = JSON.parse(line);
  await new Promise((resolve) => setTimeout(resolve, ${1.5 * availableParallelism()}));
  console.log(JSON.stringify({ id, value: ${value} }));
}`;
    writeFileSync(sim, text('args[0]'));
    const args = ['run', 'm.scm', '--json', '--allow-run'];
    const whole = await run(folder, [...args, '--no-checkpoint']);
    const stopped = await run(folder, [...args, '--checkpoint', 'here'], {
      signal: 'SIGINT',
      when: 'is kept',
      group: true,
    });
    expect(stopped.code).toBe(130);
    writeFileSync(sim, text('2 * args[0]'));
    const changed = await run(folder, ['resume', 'here']);
    expect([changed.code, changed.out]).toEqual([2, '']);
    expect(changed.error).toContain('sim.mjs has changed');
    writeFileSync(sim, text('args[0]'));
    const again = await run(folder, ['resume', 'here']);
    expect(JSON.parse(again.out).queries[0].warnings).toEqual([]);
    expect(lasting(again.out)).toBe(lasting(whole.out));
  }, 120_000);

  it('ends the commands that it runs, by kill -9 too', async () => {
    const folder = folderWith(`extern fn f(x: real): real from command "node sim.mjs"
model M { x ~ normal(0, 1)  y := f(x) }
query q = E(y) using importance(samples = 300000)
`);
    // It says who it is, and hears nothing any more.
    writeFileSync(
      path.join(folder, 'sim.mjs'),
      `import { writeFileSync } from 'node:fs';
writeFileSync('pid.' + process.pid, '');
setInterval(() => {}, 1e6);`,
    );
    const pids = (): readonly number[] =>
      readdirSync(folder).flatMap((name) => (name.startsWith('pid.') ? [Number(name.slice(4))] : []));
    const gone = (pid: number): boolean => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    };
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const start = performance.now();
      const before = pids().length;
      const ended = await run(folder, ['run', 'm.scm', '--allow-run', '--call-limit', '1000s'], {
        signal,
        when: () => pids().length > before,
        after: 1000,
      });
      expect([ended.code, ended.signal]).toEqual(signal === 'SIGINT' ? [130, null] : [null, 'SIGKILL']);
      expect(performance.now() - start).toBeLessThan(25_000);
      await expect.poll(() => pids().every(gone), { timeout: 10_000 }).toBe(true);
    }
    const limited = await run(folder, ['run', 'm.scm', '--allow-run', '--call-limit', '1000s', '--time-limit', '1s']);
    expect(limited.error).toContain('E0612');
  }, 120_000);

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
