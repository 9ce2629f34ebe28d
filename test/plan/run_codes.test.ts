/** Codes of runs, each where it arises, by programs as small as they can be; other codes are tested where their part is. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import { errorCatalogue } from '../../src/syntax/codes.js';
import { memoryHost } from '../check/host.js';
import { runCommand, scratch } from '../cli/fake.js';
import { binary, built } from '../cli/long_runs.js';
import { stream } from '../inference/statistics_draws.js';
import { ask, type TestSettings, uninterrupted } from '../models/programs.js';

const codesOf = ({ warnings }: Pick<Answer, 'warnings'>): readonly string[] => warnings.map(({ code }) => code);

const ups = 'fn ups(): int = if sample bernoulli(0.5) then 1 + ups() else 0';
const walk = 'x[0] ~ bernoulli(0.5)  for t in 1..4 { x[t] ~ bernoulli(if x[t - 1] then 0.8 else 0.3) }';
const measured = 'model M { x ~ normal(0, 1)  y ~ normal(x, 0.1) }';

/** A program, and one beside it that differs in what the code is about and must not have it. */
const answers: readonly (readonly [
  code: string,
  about: string,
  text: string,
  other: string,
  settings: TestSettings,
])[] = [
  [
    'W0605',
    'no room for enough draws',
    `${measured}\nquery q = posterior(x | y = 1) using importance`,
    `${measured}\nquery q = posterior(x | y = 1) using importance(samples = 20000)`,
    { memoryLimit: 1_000_000 },
  ],
  [
    'W0607',
    'evidence far out where an endless recursion is cut',
    `${ups}\nmodel M { climbs := ups() }\nquery q = P(climbs = 31 | climbs > 30)`,
    `${ups}\nmodel M { climbs := ups() }\nquery q = P(climbs = 3 | climbs > 2)`,
    {},
  ],
  [
    'W0623',
    'steps far too large, and no warm-up that learns better',
    'model M { x ~ normal(0, 1)  observe 0.0 ~ normal(x, 0.000001) }\nquery q = E(x) using mh(samples = 400, warmup = 1, scale = 1000)',
    'model M { x ~ normal(0, 1)  observe 0.0 ~ normal(x, 1) }\nquery q = E(x) using mh(samples = 400)',
    {},
  ],
  [
    'W0628',
    'few particles of which all die in some replicas',
    'model M { for i in 0..3 { x[i] ~ bernoulli(0.3)  observe x[i] }  y ~ normal(0, 1) }\nquery q = E(y) using smc(particles = 4, replicas = 20, alive = false)',
    'model M { for i in 0..3 { x[i] ~ bernoulli(0.3)  observe x[i] }  y ~ normal(0, 1) }\nquery q = E(y) using smc(particles = 500, replicas = 20, alive = false)',
    {},
  ],
  [
    'W0629',
    'the alive filter over worlds that share noise',
    `model M { ${walk} }\nquery q = P(x[3][do(x[1] = true)] | x[2] = true, x[3] = true) using smc(particles = 100, alive = true)`,
    `model M { ${walk} }\nquery q = P(x[1] | x[2] = true, x[3] = true) using smc(particles = 100, alive = true)`,
    {},
  ],
];

describe('answers', () => {
  test.each(answers)('%s: %s', async (code, _, text, other, settings) => {
    const found = await ask(text, settings);
    expect(found.error).toBeNull();
    expect(codesOf(found)).toContain(code);
    const without = await ask(other, settings);
    expect(without.error).toBeNull();
    expect(codesOf(without)).not.toContain(code);
  });
});

const csvOf = (names: string, rows: readonly (readonly number[])[]): string =>
  `${names}\n${rows.map((row) => row.join()).join('\n')}\n`;

/** What estimates of the effect of x on y warn of. */
async function warned(
  csv: string,
  graph: string,
  method: string,
  [low, high] = ['0', '1'],
): Promise<readonly string[]> {
  const effect = `E(y[do(x = ${high})] - y[do(x = ${low})])`;
  const text = `data t = csv("t.csv")\ngraph G { ${graph} }\nquery q = estimate ${effect} from t by ${method}`;
  const session = openSession({ name: 'main.scm', text }, memoryHost({ 't.csv': csv }), defaultSettings);
  if (!session.ok) throw new Error(session.diagnostics.map((d) => `${d.code} ${d.message}`).join('; '));
  const answer = await session.value.answer({ kind: 'named', name: 'q' }, uninterrupted());
  expect(answer.error).toBeNull();
  return codesOf(answer);
}

describe('estimates', () => {
  /** Rows with an instrument z that moves x by so much. */
  const instrument = (strength: number): string => {
    const { normal } = stream(41);
    const row = (): readonly number[] => {
      const [hidden, z] = [normal(), normal()];
      const x = strength * z + hidden + normal();
      return [z, x, x + hidden + normal()];
    };
    return csvOf('z,x,y', Array.from({ length: 200 }, row));
  };
  const graph = 'z -> x -> y  x <-> y';

  test('W0633 and W0650: an instrument that says next to nothing, on which the estimate rests', async () => {
    const weak = await warned(instrument(0.05), graph, 'iv(z)');
    expect(weak).toContain('W0633');
    expect(weak).toContain('W0650');
    expect(await warned(instrument(1), graph, 'iv(z)')).toEqual([]);
  });

  test('W0643: resamples in which nobody is exposed', async () => {
    const exposed = (count: number): string => {
      const { normal } = stream(42);
      return csvOf(
        'x,y',
        Array.from({ length: 40 }, (_, r) => [Number(r < count), normal()]),
      );
    };
    const by = 'backdoor(errors = bootstrap(200), refute = none)';
    // A resample of 40 rows leaves out 3 of them with the probability (37 / 40)^40, 4 %.
    expect(await warned(exposed(3), 'x -> y', by, ['false', 'true'])).toContain('W0643');
    expect(await warned(exposed(20), 'x -> y', by, ['false', 'true'])).not.toContain('W0643');
  });
});

test('W0660: a graph from too few rows', async () => {
  const folder = scratch();
  const discovered = async (rows: number): Promise<string> => {
    const { uniform } = stream(43);
    const label = (): string => 'uvwz'[Math.floor(4 * uniform())]!;
    const file = path.join(folder, `${rows}.csv`);
    const lines = Array.from({ length: rows }, () => [label(), label(), label()].join());
    writeFileSync(file, `a,b,c\n${lines.join('\n')}\n`);
    const { code, error } = await runCommand(['discover', file, '--test', 'g2']);
    expect(code).toBe(0);
    return error;
  };
  expect(await discovered(14)).toContain('W0660');
  expect(await discovered(2000)).toBe('');
});

test.skipIf(!built)('W0657: a platform that forbids code made at run time', () => {
  const folder = scratch();
  const text = 'model M { x ~ normal(0, 1) }\nquery q = E(x) using importance(samples = 200)';
  writeFileSync(path.join(folder, 'm.scm'), text);
  const answer = (...flags: readonly string[]) => {
    const out = execFileSync(process.execPath, [...flags, binary, 'run', 'm.scm', '--json'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [query] = JSON.parse(String(out)).queries;
    return { value: query.value, codes: query.warnings.map(({ code }: { readonly code: string }) => code) };
  };
  const [free, forbidden] = [answer(), answer('--disallow-code-generation-from-strings')];
  expect(forbidden.codes).toEqual(['W0657']);
  expect(free.codes).toEqual([]);
  expect(forbidden.value).toBe(free.value);
});

test('every code of runs is in a test', () => {
  const root = path.join(import.meta.dirname, '..');
  const tested = new Set<string>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|out)$/.test(file)) continue;
    for (const code of readFileSync(path.join(root, file), 'utf8').match(/[EW]06\d\d/g) ?? []) tested.add(code);
  }
  const codes = Object.keys(errorCatalogue).filter((code) => /^[EW]06/.test(code));
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => !tested.has(code))).toEqual([]);
});
