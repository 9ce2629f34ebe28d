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

describe('the drug trial', () => {
  const model = `
enum Drug { A, B }
data trial = csv("trial.csv")
model Trial {
  param p_female ~ beta(1, 1)
  param p_drug[bool] ~ dirichlet([1, 1])
  param risk[bool, Drug] ~ beta(1, 1)
  female ~ bernoulli(p_female)
  drug ~ categorical(Drug, p_drug[female])
  clot ~ bernoulli(risk[female, drug])
}
model Treated = do(Trial, drug = A)
`;
  /** Counts by female, drug and clot. */
  const counts = [
    [
      [3, 1],
      [1, 2],
    ],
    [
      [1, 2],
      [0, 2],
    ],
  ];
  const rows = counts.flatMap((byDrug, f) => byDrug.flatMap((byClot, d) => byClot.map((n, c) => ({ f, d, c, n }))));
  const sum = (select: (row: (typeof rows)[number]) => boolean): number =>
    rows.reduce((so, row) => so + (select(row) ? row.n : 0), 0);
  const female = (f: number): number => (sum((r) => r.f === f) + 1) / (sum(() => true) + 2);
  const drug = (f: number, d: number): number => (sum((r) => r.f === f && r.d === d) + 1) / (sum((r) => r.f === f) + 2);
  const clot = (f: number, d: number): number =>
    (sum((r) => r.f === f && r.d === d && r.c === 1) + 1) / (sum((r) => r.f === f && r.d === d) + 2);
  const overSex = (weight: (f: number) => number, of: (f: number) => number): number =>
    (weight(0) * of(0) + weight(1) * of(1)) / (weight(0) + weight(1));
  const seen = (d: number): number =>
    overSex(
      (f) => female(f) * drug(f, d),
      (f) => clot(f, d),
    );
  const done = (d: number): number => overSex(female, (f) => clot(f, d));

  const weighted = `female,drug,clot,count\n${rows.map((r) => `${r.f},${'AB'[r.d]},${r.c},${r.n}`).join('\n')}\n`;
  const unit = (r: (typeof rows)[number]): string => `${r.f ? 'yes' : 'no'},${'AB'[r.d]},${r.c ? 'true' : 'false'}`;
  const single = `female,drug,clot\n${rows.flatMap((r) => Array.from({ length: r.n }, () => unit(r))).join('\n')}\n`;

  it.each([
    ['counted', weighted, 'given trial weighted count'],
    ['one by one', single, 'given trial'],
  ])('answers as the exact predictive, rows %s', async (_, table, given) => {
    const text = `${model}
query seen = P(clot | drug = A) in Trial ${given}
query done = P(clot | do(drug = A)) - P(clot | do(drug = B)) in Trial ${given}
query treated = P(clot) in Treated ${given}
query women = E(p_female) in Trial ${given}
query risks = posterior(risk) in Trial ${given}
`;
    const answers = await askTables(text, { 'trial.csv': table }, sampling);
    expectNumber(answers.get('seen'), seen(0));
    expectNumber(answers.get('done'), done(0) - done(1));
    expectNumber(answers.get('treated'), done(0));
    expectNumber(answers.get('women'), female(1));
    const risk = answers.get('risks')?.variables?.find((v) => /true.*B|1.*1/.test(v.name));
    expect(risk).toBeDefined();
    expect(Math.abs((risk?.mean ?? 0) - clot(1, 1))).toBeLessThan(5 * (risk?.se ?? 0));
  });
});

describe('a beta prior', () => {
  const model = `data rows = csv("rows.csv")
model Coin {
  param p ~ beta(2, 3)
  heads ~ bernoulli(p)
}
`;
  const flips = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const heads = flips.filter((f) => f === 1).length;

  it('is updated by twenty rows', async () => {
    const text = `${model}
query mean = E(p) given rows
query next = P(heads) given rows
query log = evidence() given rows
query known = E(p | heads) given rows
`;
    const answers = await askTables(text, { 'rows.csv': `heads\n${flips.join('\n')}\n` }, sampling);
    const exact = onUnitInterval((p) => 12 * p ** (1 + heads) * (1 - p) ** (22 - heads));
    expectNumber(answers.get('mean'), (2 + heads) / 25);
    expectNumber(answers.get('next'), (2 + heads) / 25);
    expectNumber(answers.get('log'), exact.logEvidence);
    expectNumber(answers.get('known'), (3 + heads) / 26);
  });

  it('is updated by several tables', async () => {
    const text = `${model}
data more = csv("more.csv")
query mean = E(p) given rows, more weighted n
`;
    const files = { 'rows.csv': 'heads\n1\n0\n1\n', 'more.csv': 'heads,n\nyes,2\nno,3\n' };
    expectNumber((await askTables(text, files, sampling)).get('mean'), (2 + 4) / (5 + 8));
  });

  it('takes fractions as powers of densities', async () => {
    const text = `${model}query mean = E(p) given rows weighted w`;
    const answers = await askTables(text, { 'rows.csv': 'heads,w\n1,0.5\n0,2.25\n' }, sampling);
    expectNumber(answers.get('mean'), (2 + 0.5) / (5 + 2.75));
  });

  it('learns nothing from empty rows and an empty table', async () => {
    const text = `${model}query mean = E(p) given rows`;
    for (const table of ['heads,other\n,1\n,2\n', 'heads\n'])
      expectNumber((await askTables(text, { 'rows.csv': table }, sampling)).get('mean'), 0.4);
  });
});

describe('scores of the model', () => {
  it('count once where they speak of parameters, and for each unit where they speak of units', async () => {
    const text = `data rows = csv("rows.csv")
model M {
  param p ~ beta(1, 1)
  observe true ~ bernoulli(p)
  a ~ bernoulli(p)
  b ~ bernoulli(0.5)
  observe a or b
}
query mean = E(p) given rows
`;
    // A unit is (a, b) other than (no, no): P(a, b = yes | a or b); the new unit satisfies it too.
    const kept = (p: number): number => 1 - (1 - p) / 2;
    const exact = onUnitInterval((p) => p * (p / 2) * (p / 2) * ((1 - p) / 2) * kept(p));
    const answers = await askTables(text, { 'rows.csv': 'a,b\n1,1\n1,0\n0,1\n' }, sampling);
    expectNumber(answers.get('mean'), exact.mean);
  });
});

describe('missing cells', () => {
  it('are summed out where they are bools', async () => {
    const text = `data rows = csv("rows.csv")
model M {
  param p ~ beta(1, 1)
  z ~ bernoulli(p)
  x ~ bernoulli(if z then 0.9 else 0.2)
  y ~ bernoulli(if z and x then 0.8 else 0.3)
}
query mean = E(p) given rows weighted n
`;
    const x = (z: boolean): number => (z ? 0.9 : 0.2);
    const y = (z: boolean, seen: boolean): number => (z && seen ? 0.8 : 0.3);
    const mix = (p: number, of: (z: boolean) => number): number => p * of(true) + (1 - p) * of(false);
    const exact = onUnitInterval(
      (p) =>
        mix(p, (z) => x(z) * y(z, true)) ** 3 *
        mix(p, (z) => 1 - x(z)) ** 2 *
        mix(p, (z) => x(z) * y(z, true) + (1 - x(z)) * y(z, false)) *
        (p * x(true)) ** 1 *
        (1 - p) ** 0.5,
    );
    const table = 'z,x,y,n\n,1,1,3\n,0,,2\n,,1,1\n1,1,,1\n0,,,0.5\n';
    const answers = await askTables(text, { 'rows.csv': table }, sampling);
    expectNumber(answers.get('mean'), exact.mean);
  });

  it('are summed out behind branches that draw', async () => {
    const text = `data rows = csv("rows.csv")
enum Kind { low, mid, high }
model M {
  param p ~ beta(1, 1)
  kind ~ categorical(Kind, [0.5, 0.3, 0.2])
  lucky := if kind == high then sample bernoulli(p) else false
  x ~ bernoulli(if lucky then 0.95 else if kind == low then 0.1 else 0.4)
}
query mean = E(p) given rows
query log = evidence() given rows
`;
    const seen = (p: number): number => 0.5 * 0.1 + 0.3 * 0.4 + 0.2 * (p * 0.95 + (1 - p) * 0.4);
    const exact = onUnitInterval((p) => seen(p) ** 6 * (1 - seen(p)));
    const answers = await askTables(text, { 'rows.csv': `x\n${'1\n'.repeat(6)}0\n` }, sampling);
    expectNumber(answers.get('mean'), exact.mean);
    expectNumber(answers.get('log'), exact.logEvidence);
  });

  it('are drawn for each row where they are continuous', async () => {
    const text = `data rows = csv("rows.csv")
model M {
  param a ~ normal(0, 1)
  x ~ normal(0, 1)
  y ~ normal(a + 0.5 * x, 1)
}
query mean = E(a) given rows
query next = E(y | do(x = 2)) given rows
query spread = Sd(a) given rows
`;
    const full = [
      [1, 1.5],
      [-1, 0.2],
      [0.5, 0.9],
    ] as const;
    const alone = [1.1, -0.3];
    const table = `x,y\n${full.map((r) => r.join(',')).join('\n')}\n${alone.map((y) => `,${y}`).join('\n')}\n0.7,\n`;
    const precision = 1 + full.length + alone.length / 1.25;
    const mean =
      (full.reduce((so, [x, y]) => so + y - 0.5 * x, 0) + alone.reduce((so, y) => so + y / 1.25, 0)) / precision;
    const answers = await askTables(text, { 'rows.csv': table }, sampling);
    expectNumber(answers.get('mean'), mean);
    expectNumber(answers.get('next'), mean + 1);
    expectNumber(answers.get('spread'), 1 / Math.sqrt(precision));
  });

  it('of a mixture of normals are summed out', async () => {
    const text = `data rows = csv("rows.csv")
model M {
  param p ~ beta(1, 1)
  left ~ bernoulli(p)
  x ~ normal(if left then -1 else 1, 1)
}
query mean = E(p) given rows
query log = evidence() given rows
`;
    const xs = [-1.2, -0.3, 0.4, -2, 1.6];
    const phi = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const exact = onUnitInterval((p) => xs.reduce((so, x) => so * (p * phi(x + 1) + (1 - p) * phi(x - 1)), 1));
    const answers = await askTables(text, { 'rows.csv': `x\n${xs.join('\n')}\n` }, sampling);
    expectNumber(answers.get('mean'), exact.mean);
    expectNumber(answers.get('log'), exact.logEvidence);
  });
});

describe('counts of units with values that were not seen', () => {
  const text = `data rows = csv("rows.csv")
model M {
  param a ~ normal(0, 1)
  hidden ~ normal(a, 1)
  x ~ normal(hidden, 1)
}
query mean = E(a) given rows weighted n
`;
  it('give each unit its own', async () => {
    const answers = await askTables(text, { 'rows.csv': 'x,n\n1.5,3\n-0.5,1\n' }, sampling);
    expectNumber(answers.get('mean'), (1.5 * 3 - 0.5) / 2 / (1 + 4 / 2));
  });
  it('must be whole', async () => {
    const answers = await askTables(text, { 'rows.csv': 'x,n\n1.5,2.5\n' }, sampling);
    expect(code(answers.get('mean'))).toBe('E0492');
    expect(answers.get('mean')?.error?.message).toContain('whole');
  });
});

describe('where rows come from', () => {
  it('an experiment says nothing about what it set', async () => {
    const model = `data rows = csv("rows.csv")
model M {
  param p ~ beta(1, 1)
  ill ~ bernoulli(p)
  drug ~ bernoulli(if ill then 0.9 else 0.1)
  cured ~ bernoulli(if drug then 0.8 else if ill then 0.1 else 0.5)
}
`;
    const text = `${model}
query watched = E(p) given rows
query set = E(p) given rows under do(drug ~ bernoulli(0.5))
query log = evidence() given rows under do(drug ~ bernoulli(0.5))
query do_new = P(drug | do(drug = true)) given rows
`;
    const answers = await askTables(text, { 'rows.csv': `drug\n${'1\n'.repeat(5)}0\n` }, sampling);
    const drug = (p: number): number => 0.9 * p + 0.1 * (1 - p);
    expectNumber(answers.get('watched'), onUnitInterval((p) => drug(p) ** 5 * (1 - drug(p))).mean);
    expectNumber(answers.get('set'), 0.5);
    expectNumber(answers.get('log'), 6 * Math.log(0.5));
    expectNumber(answers.get('do_new'), 1);
  });

  it('selected rows count as what they are among the selected', async () => {
    const text = `data survey = csv("rows.csv")
model M {
  param p ~ beta(1, 1)
  clot ~ bernoulli(p)
  answered ~ bernoulli(if clot then 0.9 else 0.3)
}
query mean = E(p) given survey selected by answered
query clots = P(clot) given survey weighted n selected by answered
`;
    const share = (p: number): number => (0.9 * p) / (0.9 * p + 0.3 * (1 - p));
    const exact = (yes: number, no: number) => onUnitInterval((p) => share(p) ** yes * (1 - share(p)) ** no).mean;
    const answers = await askTables(text, { 'rows.csv': 'clot,answered,n\n1,1,2\n1,1,1\n0,1,4\n' }, sampling);
    expectNumber(answers.get('mean'), exact(2, 1));
    expectNumber(answers.get('clots'), exact(3, 4));
  });

  it('selection by what cannot be summed is refused with the reason', async () => {
    const text = `data survey = csv("rows.csv")
model M {
  param m ~ normal(0, 1)
  income ~ normal(m, 1)
  answered ~ bernoulli(if income > 0 then 0.9 else 0.3)
}
query mean = E(m) given survey selected by answered
`;
    const answers = await askTables(text, { 'rows.csv': 'income\n1\n' }, sampling);
    expect(code(answers.get('mean'))).toBe('E0492');
    expect(answers.get('mean')?.error?.message).toContain("selected by 'answered'");
  });
});
