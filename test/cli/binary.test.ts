import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from './fake.js';

// The bundle that is published; `npm test` builds it first.
const root = path.join(import.meta.dirname, '..', '..');
const binary = path.join(root, 'dist', 'cli.cjs');

const run = (
  args: readonly string[],
  options: { readonly input?: string; readonly environment?: NodeJS.ProcessEnv } = {},
) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd: root,
    encoding: 'utf8',
    input: options.input ?? '',
    env: { ...process.env, FORCE_COLOR: '', NO_COLOR: '', ...options.environment },
  });
  return { code: status, out: stdout, error: stderr };
};

const coin = 'model Coin { heads ~ bernoulli(0.5) }\nquery q = P(heads) using importance(samples = 2000)\n';

describe.skipIf(!existsSync(binary))('the bundled command', () => {
  it('answers a program from standard input', () => {
    const { code, out, error } = run(['run', '-', '--json'], { input: coin });
    expect([code, error]).toEqual([0, '']);
    const [query] = JSON.parse(out).queries;
    expect(query).toMatchObject({
      name: 'q',
      text: 'P(heads)',
      model: 'Coin',
      kind: 'value',
      draws: 2000,
      exact: false,
    });
    expect(Math.abs(query.value - 0.5)).toBeLessThanOrEqual(5 * query.se + 1e-9);
  });

  it('gives the same answer again, and another one for another seed', () => {
    const answer = (...args: readonly string[]): string => {
      const report = JSON.parse(run(['run', '-', '--json', ...args], { input: coin }).out);
      for (const query of report.queries) delete query.seconds;
      return JSON.stringify(report);
    };
    expect(answer()).toBe(answer());
    expect(answer('--seed', 'other')).toBe(answer('--seed', 'other'));
    expect(answer('--seed', 'other')).not.toBe(answer());
  });

  it('keeps colours out of pipes, and puts them where they are forced', () => {
    const colour = '\u001b[';
    expect(run(['run', '-'], { input: coin }).out).not.toContain(colour);
    expect(run(['run', '-'], { input: coin, environment: { FORCE_COLOR: '1' } }).out).toContain(colour);
    expect(run(['run', '-'], { input: coin, environment: { FORCE_COLOR: '1', NO_COLOR: '1' } }).out).not.toContain(
      escape,
    );
  });

  it('tells errors with their line and ends with 1, usage errors with 2', () => {
    const wrong = run(['check', '-'], { input: 'model Coin {\n  heads ~ bernouli(0.5)\n}\nquery q = P(heads)\n' });
    expect(wrong.code).toBe(1);
    expect(wrong.error).toMatch(/error\[E\d{4}\].*\n *--> <stdin>:2:11\n/);
    expect(wrong.error).toContain('bernoulli');
    expect(run(['run', 'nothing.scm']).code).toBe(2);
    expect(run(['walk']).code).toBe(2);
  });

  it('does not read outside its folder unless it is allowed to', () => {
    const [folder, other] = [scratch(), scratch()];
    const program = path.join(folder, 'p.scm');
    const table = path.join(other, 'secret.csv');
    writeFileSync(table, 'n\n7\n');
    writeFileSync(program, `data t = csv("${table}")\nmodel M { x ~ normal(t.n[0], 1) }\nquery q = E(x)\n`);
    const refused = run(['run', program]);
    expect(refused.code).toBe(1);
    expect(refused.error).toContain('E0502');
    const allowed = JSON.parse(run(['run', program, '--json', '--allow-read', other]).out);
    expect(Math.abs(allowed.queries[0].value - 7)).toBeLessThanOrEqual(5 * allowed.queries[0].se + 1e-9);
  });

  it('stops quietly when its reader goes away', () => {
    const line = `"${process.execPath}" "${binary}" run --help | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
    expect([status, stdout.split('\n').length, stderr]).toEqual([0, 2, '']);
  });

  /** Runs a line of the shell, where `whatif` is the command, in a folder with a program that warns and whose draws are many. */
  const shell = (line: string) => {
    const folder = scratch();
    const draws = 'posterior(heads | 1 < 2) using importance(samples = 2000)';
    writeFileSync(path.join(folder, 'm.scm'), `model Coin { heads ~ normal(0, 1) }\nquery q = ${draws}\n`);
    const whatif = `whatif() { "${process.execPath}" "${binary}" "$@"; }`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `${whatif}; ${line}`], {
      cwd: folder,
      encoding: 'utf8',
    });
    const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
    return { code: status, out: stdout, error: stderr, read, names: () => readdirSync(folder).sort() };
  };

  it('answers where nobody reads standard error, or it is closed', () => {
    for (const nobody of ['2> >(true)', '2>&-', '2>/dev/full']) {
      const { code, read } = shell(`whatif run m.scm --json --out eo.json ${nobody} >e.json`);
      expect([nobody, code]).toEqual([nobody, 0]);
      expect(JSON.parse(read('e.json')).queries[0].draws).toBe(2000);
      expect(read('eo.json')).toBe(read('e.json'));
    }
  });

  it('writes files although its reader has gone away', () => {
    const { code, read } = shell('set -o pipefail; whatif run m.scm --draws d.json --out eo.json --quiet | true');
    expect(code).toBe(0);
    expect(JSON.parse(read('eo.json')).queries[0].draws).toBe(2000);
    expect(JSON.parse(read('d.json')).draws).toBe(2000);
  });

  const full = 'no space is left on the device';

  it.skipIf(!existsSync('/dev/full'))('says that a disk is full, and writes what there is room for', () => {
    const { code, error, read } = shell('whatif run m.scm --json --quiet --out eo.json >/dev/full');
    expect([code, error]).toEqual([3, `error: can not write standard output: ${full}\n`]);
    expect(JSON.parse(read('eo.json')).queries[0].draws).toBe(2000);
    for (const [option, name] of [
      ['--out', 'o.csv'],
      ['--draws', 'd.csv'],
    ]) {
      const { code, out, error } = shell(`ln -s /dev/full ${name}; whatif run m.scm --quiet --json ${option} ${name}`);
      expect([code, error]).toEqual([3, `error: can not write ${name}: ${full}\n`]);
      expect(JSON.parse(out).queries[0].draws).toBe(2000);
    }
  });

  it('leaves no part of a file, also where only a part finds room', () => {
    const limited = "trap '' XFSZ; ulimit -f 1";
    const part = shell(`${limited}; whatif run m.scm --quiet --json --draws d.json --out o.csv >o.json`);
    expect([part.code, part.error]).toEqual([
      3,
      'error: can not write d.json: it would be too large\nerror: can not write standard output: it would be too large\n',
    ]);
    expect(part.names()).toEqual(['m.scm', 'o.csv', 'o.json']);
    const { code, out, read, names } = shell(`echo old >d.csv; ${limited}; whatif run m.scm --json --draws d.csv`);
    expect([code, read('d.csv'), names()]).toEqual([3, 'old\n', ['d.csv', 'm.scm']]);
    expect(JSON.parse(out).queries[0].draws).toBe(2000);
    const nowhere = shell('whatif run m.scm --quiet --out nowhere/o.csv');
    expect([nowhere.code, nowhere.error]).toEqual([2, 'error: can not write nowhere/o.csv: there is no such folder\n']);
  });

  it('keeps the mode of a file that it replaces, and the link to it', () => {
    const { read, out } = shell(
      'echo >real; chmod 600 real; ln -s real o.csv; whatif run m.scm --out o.csv --quiet >/dev/null; stat -c "%a %F" real; stat -c %F o.csv',
    );
    expect(out).toBe('600 regular file\nsymbolic link\n');
    expect(read('real')).toContain('heads');
  });

  it('keeps what was done when it is interrupted, and ends with 130', async () => {
    const file = path.join(scratch(), 'long.scm');
    writeFileSync(file, `${coin}query long = E(heads) in Coin using importance(samples = 1000000000)\n`);
    const child = spawn(process.execPath, [binary, 'run', file, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let error = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      // The first line of progress says that the long query is under way.
      if (error === '') child.kill('SIGINT');
      error += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    const [done, partial] = JSON.parse(out).queries;
    expect(done.draws).toBe(2000);
    // What the long one had drawn by then is an answer too.
    expect(partial.draws).toBeGreaterThan(0);
    expect(Math.abs(partial.value - 0.5)).toBeLessThanOrEqual(5 * partial.se + 1e-9);
    expect(error).toContain('interrupted');
  }, 60_000);

  it('runs the project that it makes', () => {
    const folder = path.join(scratch(), 'clinic');
    expect(run(['new', folder]).code).toBe(0);
    const { code, out } = run(['run', path.join(folder, 'clinic.scm'), '--json']);
    expect(code).toBe(0);
    const [seen, done, had] = JSON.parse(out).queries;
    expect(Math.abs(seen.value - clinic.seen)).toBeLessThanOrEqual(5 * seen.se + 1e-9);
    expect(Math.abs(done.value - clinic.done)).toBeLessThanOrEqual(5 * done.se + 1e-9);
    expect(Math.abs(had.value - clinic.had)).toBeLessThanOrEqual(5 * had.se + 1e-9);
    expect(readFileSync(path.join(folder, 'README.md'), 'utf8')).toContain('whatif run clinic.scm');
  });
});

/** Of 100 patients 60 are mild; the drug goes to 18 mild and 32 severe ones. Rates: mild 0.7 and 0.8, severe 0.2 and 0.35. */
const clinic = {
  seen: (18 * 0.8 + 32 * 0.35) / 50 - (42 * 0.7 + 8 * 0.2) / 50,
  done: 0.6 * (0.8 - 0.7) + 0.4 * (0.35 - 0.2),
  // Untreated and not cured: 42 * 0.3 mild and 8 * 0.8 severe; the drug cures the share of them between the rates.
  had: (42 * 0.1 + 8 * 0.15) / (42 * 0.3 + 8 * 0.8),
};
