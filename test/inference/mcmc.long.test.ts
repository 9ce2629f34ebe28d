/** Chains on every program with known answers, and on posteriors with reference draws. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/report/answer.js';
import { mistakes } from '../models/compare.js';
import { expectedAnswers } from '../models/expected.js';
import { answer, ask, openProgram, programs, type TestProgram } from '../models/programs.js';

/** Answers that `mh` does not give: the evidence, laws by name, approximate evidence, and what names its own method or asks many questions. */
const others = /evidence\(|\bH\(|\bI\(|identify|~=|using|argm/;

/** A query as written, without its answers. */
const textOf = (program: string, query: string): string =>
  (program.split(/^query /m).find((part) => part.startsWith(`${query} `)) ?? '').replaceAll(/\/\/.*/g, '');

/** Runs of tens of thousands of steps each. */
const slow = new Set(['language/campaign quick']);

const askedOf = ({ name, text }: TestProgram) =>
  [...expectedAnswers(text)].filter(([query]) => !others.test(textOf(text, query)) && !slow.has(`${name} ${query}`));

describe.each(programs.filter((program) => askedOf(program).length > 0))('$name', (program) => {
  const asked = askedOf(program);
  const session = openProgram(program, { samples: 20_000, method: 'mh' });

  test.each(asked)('%s', { timeout: 120_000 }, async (query, numbers) => {
    const found = mistakes(await answer(session, query), numbers);
    // How accurate an answer is asked to be is for independent draws, and the evidence is not measured.
    expect(found.filter((mistake) => !/should be under|evidence/.test(mistake))).toEqual([]);
  });
});

/** A folder with data sets of posteriordb (Magnusson and others 2024) as JSON files; without it nothing is compared. */
const folder = process.env.POSTERIORDB ?? '';

type Reference = Readonly<Record<string, readonly [mean: number, sd: number | null]>>;

/** A posterior: its data, the program for them, and means and standard deviations of the reference draws. */
const posteriors: readonly (readonly [file: string, program: (data: Data) => string, reference: Reference])[] = [
  [
    'kidiq',
    ({ N, kid_score, mom_iq }) => `const y = ${reals(kid_score)}
      const iq = ${reals(mom_iq)}
      model M { b1 ~ normal(0, 10000)  b2 ~ normal(0, 10000)  s ~ half_cauchy(2.5)
        for i in 0..${N} { observe y[i] ~ normal(b1 + b2 * iq[i], s) } }
      query q = posterior(b1, b2, s) using mh(samples = 40000)`,
    { b1: [25.7998, 5.9245], b2: [0.609975, 0.058591], s: [18.2775, 0.62271] },
  ],
  [
    'kilpisjarvi_mod',
    ({ N, x, y }) => `const y = ${reals(y)}
      const x = ${reals(x)}
      model M { a ~ normal(9.3129, 100)  b ~ normal(0, ${1 / 30})  s ~ truncated(normal(0, 10000), 0, infinity)
        for i in 0..${N} { observe y[i] ~ normal(a + b * x[i], s) } }
      query q = posterior(a, b, s) using mh(samples = 200000)`,
    { a: [-61.0199, 29.798], b: [0.0176605, 0.0074821], s: [1.13168, 0.10618] },
  ],
  [
    'arK',
    ({ T, y }) => `const y = ${reals(y)}
      model M { a ~ normal(0, 10)  for k in 0..5 { b[k] ~ normal(0, 10) }  s ~ half_cauchy(2.5)
        for t in 5..${T} { observe y[t] ~ normal(a + sum([b[k] * y[t - 1 - k] for k in 0..5]), s) } }
      query q = posterior(b, s) using mh(samples = 40000)`,
    {
      'b[0]': [0.691531, null],
      'b[1]': [0.44016, null],
      'b[2]': [0.105095, null],
      'b[3]': [-0.0356685, null],
      'b[4]': [-0.301217, null],
      s: [0.150448, 0.0078053],
    },
  ],
  [
    'low_dim_gauss_mix',
    ({ N, y }) => `const y = ${reals(y)}
      model M { m0 ~ normal(0, 2)  m1 ~ normal(0, 2)  observe m0 < m1  s0 ~ half_normal(2)  s1 ~ half_normal(2)  theta ~ beta(5, 5)
        for i in 0..${N} { observe y[i] ~ mixture([theta, 1 - theta], [normal(m0, s0), normal(m1, s1)]) } }
      query q = posterior(m0, m1, s0, s1, theta) using mh(samples = 20000)`,
    {
      m0: [-2.73273, null],
      m1: [2.86974, null],
      s0: [1.02903, null],
      s1: [1.0231, null],
      theta: [0.621523, 0.01534],
    },
  ],
];

type Data = Readonly<Record<string, unknown>>;

/** Numbers as an array of reals of the language. */
function reals(values: unknown): string {
  if (!Array.isArray(values)) throw new Error('the data are no array');
  return `[${values.map((v) => (Number.isInteger(v) ? `${String(v)}.0` : String(v))).join(', ')}]`;
}

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null;

function expectReference(found: Answer, reference: Reference): void {
  expect(found.error).toBeNull();
  for (const [name, [mean, sd]] of Object.entries(reference)) {
    const variable = found.variables?.find((v) => v.name === name);
    const se = variable?.se ?? Number.NaN;
    // The reference has 10,000 draws itself.
    const own = (sd ?? variable?.sd ?? 0) / 100;
    expect(Math.abs((variable?.mean ?? Number.NaN) - mean), name).toBeLessThan(4.5 * Math.hypot(se, own));
    if (sd !== null) expect(Math.abs((variable?.sd ?? 0) / sd - 1), name).toBeLessThan(0.1);
  }
}

describe.skipIf(!existsSync(folder))('posteriors with reference draws', () => {
  test.each(posteriors)('%s', { timeout: 600_000 }, async (file, program, reference) => {
    const data: unknown = JSON.parse(readFileSync(path.join(folder, `${file}.json`), 'utf8'));
    if (!isData(data)) throw new Error(`${file} is no record`);
    expectReference(await ask(program(data), { memoryLimit: 2e9 }), reference);
  });
});

test('eight schools, not centred', { timeout: 120_000 }, async () => {
  const found = await ask(
    `const y = [28, 8, -3, 7, -1, 1, 18, 12]
    const se = [15, 10, 16, 11, 9, 11, 10, 18]
    model Schools {
      mu ~ normal(0, 5)
      tau ~ half_cauchy(5)
      for j in 0..8 { eta[j] ~ normal(0, 1)  theta[j] := mu + tau * eta[j]  observe y[j] ~ normal(theta[j], se[j]) }
    }
    query q = posterior(mu, tau, theta) using mh(samples = 100000)`,
  );
  expectReference(found, { mu: [4.396821, 3.317704], tau: [3.597705, 3.219958], 'theta[0]': [6.211884, 5.593126] });
});
