/** What is learned from rows: cells of every type, and parameters of every shape. */
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/report/answer.js';
import { askTables, onUnitInterval } from './tables.js';

/** Samples of the importance sampler; errors below are its own, 5 of them. */
const sampling = { method: 'importance', samples: 80_000 };

function expectNumber(answer: Answer | undefined, exact: number, most = 0.03): void {
  expect(answer?.error ?? null).toBe(null);
  const { value, se } = answer ?? {};
  expect(se).toBeLessThan(most);
  expect(Math.abs(Number(value ?? Number.NaN) - exact)).toBeLessThanOrEqual(5 * (se ?? 0) + 1e-9);
}

const code = (answer: Answer | undefined): string | undefined => answer?.error?.code;

describe('cells', () => {
  it('of computed nodes fix the noise behind them', async () => {
    const text = `data rows = csv("rows.csv")
model M {
  param a ~ normal(0, 1)
  wage := 2 * a + sample normal(0, 1)
}
query mean = E(a) given rows
`;
    const answers = await askTables(text, { 'rows.csv': 'wage\n1\n3\n' }, sampling);
    expectNumber(answers.get('mean'), (2 * 4) / (1 + 4 * 2));
  });

  it('of nodes that nothing explains are refused, with the table', async () => {
    const text = `data rows = csv("rows.csv")
model M {
  param a ~ normal(0, 1)
  wage := sin(a) + sin(sample normal(0, 1)) * sin(sample normal(0, 1))
}
query mean = E(a) given rows
`;
    const answers = await askTables(text, { 'rows.csv': 'wage\n1\n3\n' }, sampling);
    expect(code(answers.get('mean'))).toBe('E0491');
    expect(answers.get('mean')?.error?.message).toMatch(/rows of 'rows'.*'wage'/);
  });

  it('take their labels from the enum of their node', async () => {
    const text = `enum Short { a, b }
enum Long { c, b, a }
data rows = csv("rows.csv")
model M {
  param p ~ dirichlet([1, 1, 1])
  letter ~ categorical(Long, p)
}
query letters = P(letter) given rows
`;
    const answers = await askTables(text, { 'rows.csv': 'letter\na\nb\na\n' }, sampling);
    const masses = answers.get('letters')?.distribution?.map((m) => [m.value, m.p, m.se] as const) ?? [];
    for (const [letter, exact] of [
      ['a', 3 / 6],
      ['b', 2 / 6],
      ['c', 1 / 6],
    ] as const) {
      const [, p = Number.NaN, se = 0] = masses.find(([value]) => value === letter) ?? [];
      expect(Math.abs(p - exact)).toBeLessThan(5 * se);
    }
  });
});

describe('parameters', () => {
  const settings = { samples: 80_000 };

  it('of parts, and tables indexed by what rows say', async () => {
    const text = `enum Kind { u, v, w }
data rows = csv("rows.csv")
model Sub(s: real) {
  param m ~ normal(0, 1)
  h ~ normal(m, s)
}
model M {
  param t[Kind] ~ normal(0, 1)
  part ~ Sub(1)
  kind ~ categorical(Kind, [0.2, 0.3, 0.5])
  y ~ normal(t[kind] + part.h, 1)
}
query t = E(t[v]) in M given rows using importance
query m = E(part.m) in M given rows using importance
query nothing = E(t[w]) in M given rows using importance
`;
    const answers = await askTables(text, { 'rows.csv': 'kind,y\nv,1.5\nv,0.5\nu,-1\n' }, settings);
    // y has the variance 2 around t + m: the normal equations of t[v], t[u] and m.
    expectNumber(answers.get('t'), 5 / 11);
    expectNumber(answers.get('m'), 1 / 11);
    expectNumber(answers.get('nothing'), 0);
  });

  it('of families made in a loop', async () => {
    const text = `data rows = csv("rows.csv")
model M {
  for j in 0..3 { param t[j] ~ normal(0, 1) }
  k ~ categorical([0.2, 0.3, 0.5])
  y ~ normal(t[k], 1)
}
query t = E(t[1]) given rows using importance
`;
    const answers = await askTables(text, { 'rows.csv': 'k,y\n1,1.5\n1,0.5\n0,-1\n' }, settings);
    expectNumber(answers.get('t'), 2 / 3);
  });

  it('of a model with arguments, nodes that a unit may lack, and loops of random length', async () => {
    const text = `data rows = csv("rows.csv")
model M(k: real) {
  param p ~ beta(1, 1)
  param m ~ normal(0, 1)
  z ~ bernoulli(p)
  if z { w ~ normal(m, k) }
  var n = 0
  while sample bernoulli(0.3) and n < 3 { n = n + 1 }
  tries := n
  y ~ bernoulli(if z then 0.8 else 0.3)
}
query p = E(p) in M(1.0) given rows using importance
query m = E(m) in M(1.0) given rows using importance
query known = E(y | p = 0.3) in M(1.0) given rows using importance
`;
    const table = 'z,w,y,tries\n1,0.5,1,0\n0,,1,1\n,,0,\n,1.0,,0\n';
    const answers = await askTables(text, { 'rows.csv': table }, settings);
    const exact = onUnitInterval((p) => p * (1 - p) * (0.2 * p + 0.7 * (1 - p)) * p);
    expectNumber(answers.get('p'), exact.mean);
    expectNumber(answers.get('m'), 0.5);
    expectNumber(answers.get('known'), 0.8 * 0.3 + 0.3 * 0.7);
  });
});
