/** Counterfactuals with known answers, by every method that can hold worlds together. */
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { blockSize } from '../../src/ir/engine.js';
import { mainName } from '../../src/passes/assemble.js';
import { options } from '../codegen/agree.js';
import { answer, open } from '../models/programs.js';
import { planOf } from '../passes/small_programs.js';

type Asked = { readonly model: string; readonly query: string; readonly expected: number };

const squad = `model M {
  order ~ bernoulli(0.7)
  nervous ~ bernoulli(0.1)
  captain := order
  a := captain or nervous
  b := captain
  dead := a or b
}`;
// Pearl, Glymour and Jewell, Primer 4.2.3: an encouragement, homework, and what Joe would have scored.
const joe = `model M {
  x ~ normal(0, 1)
  h := 0.5 * x + sample normal(0, 1)
  y := 0.7 * x + 0.4 * h + sample normal(0, 1)
}`;
const aspirin = `model M {
  treated ~ bernoulli(0.5)
  cured_by ~ bernoulli(0.4)
  gone_anyway ~ bernoulli(0.3)
  gone := gone_anyway or (treated and cured_by)
}`;
const types = `enum Response { never, defier, complier, always }
model M {
  x ~ bernoulli(0.5)
  kind ~ categorical(Response, [0.25, 0.25, 0.25, 0.25])
  y := kind == always or (x and kind == complier) or (not x and kind == defier)
}`;
const mediated = `model M {
  t ~ bernoulli(0.5)
  m ~ bernoulli(if t then 0.75 else 0.4)
  y ~ bernoulli(if t then (if m then 0.8 else 0.4) else (if m then 0.3 else 0.2))
}`;
const chosen = `model M {
  x ~ bernoulli(0.5)
  y ~ bernoulli(if x then 0.7 else 0.4)
}`;
const line = `model M {
  z ~ normal(0, 1)
  x ~ normal(z, 1)
  y ~ normal(x + z, 1)
}`;

const paths = `model M {
  x ~ normal(0, 1)
  a := 2 * x + sample normal(0, 1)
  b := 3 * a + 5 * x + sample normal(0, 1)
  y := 7 * b + 11 * a + 13 * x + sample normal(0, 1)
}`;

const cases: readonly Asked[] = [
  { model: squad, query: 'P(dead[do(a = false)] | dead)', expected: 0.7 / 0.73 },
  { model: squad, query: 'P(order | dead)', expected: 0.7 / 0.73 },
  { model: squad, query: 'P(not dead[do(order = false)] | a)', expected: 0.9 * (0.7 / 0.73) },
  { model: joe, query: 'E(y[do(h = 2)] | x = 0.5, h = 1, y = 1.5)', expected: 1.9 },
  { model: joe, query: 'E(y[do(h := h + 1)] - y | x = 0.5)', expected: 0.4 },
  { model: aspirin, query: 'P(not gone[do(treated = false)] | treated, gone)', expected: 1 - 0.3 / 0.58 },
  { model: aspirin, query: 'P(gone[do(treated = true)] | not treated, not gone)', expected: 0.4 },
  { model: aspirin, query: 'P(gone[do(treated = true)] and not gone[do(treated = false)])', expected: 0.28 },
  { model: types, query: 'P(not y[do(x = false)] | x, y)', expected: 0.5 },
  { model: types, query: 'P(y[do(x = true)] | not x, not y)', expected: 0.5 },
  { model: types, query: 'P(y[do(x = true)] and not y[do(x = false)])', expected: 0.25 },
  { model: mediated, query: 'P(y[do(t = true, m = m[do(t = false)])])', expected: 0.8 * 0.4 + 0.4 * 0.6 },
  { model: mediated, query: 'P(y[do(t = false, m = m[do(t = true)])])', expected: 0.3 * 0.75 + 0.2 * 0.25 },
  // One uniform behind y: it is under 0.4 / 0.7 in that share of those who have it anyway.
  { model: chosen, query: 'P(y[do(x = false)] | x, y)', expected: 4 / 7 },
  { model: chosen, query: 'P(y[do(x = true)] and not y[do(x = false)])', expected: 0.3 },
  // Along x -> b -> y alone, along x -> a -> b -> y alone, and by all ways through a.
  {
    model: paths,
    query: 'E(y[do(x = 0, b = b[do(x = 1, a = a[do(x = 0)])])] - y[do(x = 0)])',
    expected: 35,
  },
  {
    model: paths,
    query: 'E(y[do(x = 0, b = b[do(x = 0, a = a[do(x = 1)])])] - y[do(x = 0)])',
    expected: 42,
  },
  { model: paths, query: 'E(y[do(x = 0, a = a[do(x = 1)])] - y[do(x = 0)] | y = 3)', expected: 64 },
  { model: line, query: 'E(y[do(x = 0)] | x = 1)', expected: 0.5 },
  { model: line, query: 'E(y[do(x = 0)] | y = 3, x = 1)', expected: 2 },
  { model: line, query: 'P(y[do(x = 2)] > y[do(x = 0)] + 1)', expected: 1 },
];

const methods = {
  exact: {},
  importance: { samples: 8_000 },
  rejection: { samples: 2_000 },
  smc: { samples: 1_000 },
  mh: { samples: 2_000 },
} as const;

describe.each(Object.entries(methods))('%s', (method, settings) => {
  test.each(cases)('$query is $expected', async ({ model, query, expected }) => {
    const got = await answer(open(`${model}\nquery q = ${query}`, { method, ...settings }), 'q');
    if (got.error !== null) throw new Error(`${got.error.code} ${got.error.message}`);
    expect(got.method).toBe(method);
    expect(Math.abs(Number(got.value) - expected)).toBeLessThanOrEqual(4.5 * (got.se ?? 0) + 1e-9);
    expect(got.diagnostics.unaligned).toBe(0);
  });
});

test.each(['exact', 'importance'])('an individual effect has an uncertainty: %s', async (method) => {
  // The effect hangs on z, of which x and y tell something: z given x = 1 and y = 2 is normal(1, 1 / 3).
  const model = `model M {
    z ~ normal(0, 1)
    x ~ normal(z, 1)
    gain := 2 + z
    y := gain + x + sample normal(0, 1)
  }`;
  const effect = 'gain[do(x = 0)] + x[do(x = 1)] - x[do(x = 0)]';
  const given = 'x = 1, y = 5';
  const ask = async (form: string) => {
    const got = await answer(
      open(`${model}\nquery q = ${form}(${effect} | ${given})`, { method, samples: 20_000 }),
      'q',
    );
    if (got.error !== null) throw new Error(got.error.message);
    return { value: Number(got.value), se: got.se ?? 0 };
  };
  const [mean, sd] = [await ask('E'), await ask('Sd')];
  expect(Math.abs(mean.value - 4)).toBeLessThanOrEqual(4.5 * mean.se + 1e-9);
  expect(Math.abs(sd.value - Math.sqrt(1 / 3))).toBeLessThanOrEqual(4.5 * sd.se + 1e-9);
});

test('draws of other worlds without a partner are counted', async () => {
  const branching = `model M {
    x ~ bernoulli(0.5)
    y := if x then sample normal(1, 1) else sample normal(0, 1) + sample normal(0, 1)
  }`;
  const q = 'query q = E(y[do(x = false)] | x, y > 1)';
  const got = await answer(open(`${branching}\n${q}`, { method: 'importance', samples: 2000 }), 'q');
  expect(got.diagnostics.unaligned).toBeGreaterThan(0);
  expect(got.warnings.map(({ code }) => code)).toContain('W0603');
  expect(Math.abs(Number(got.value))).toBeLessThan(4.5 * (got.se ?? 0));
});

test('each world is one more pass of the program, and no product of passes', () => {
  const model = `model M {
    z ~ normal(0, 1)
    x ~ normal(z, 1)
    m ~ bernoulli(1 / (1 + exp(-x)))
    y ~ gamma(2, 1 + (if m then 1 else 0) + exp(0.1 * z))
  }`;
  /** What is written down to be done in a run, and the rounds of loops that runs take. */
  const costOf = (worlds: number): { readonly operations: number; readonly steps: number } => {
    const made = planOf(
      `${model}\nquery q = E(${Array.from({ length: worlds }, (_, k) => `y[do(x = ${k / 10})]`).join(' + ')})`,
    );
    if (!('program' in made)) throw new Error(made.join('\n'));
    const kernel = javascript(made.program, mainName, options(made.layout.layout));
    return { operations: made.facts.cost.operations, steps: kernel.runBlock(0, blockSize).steps };
  };
  const [one, two, eight] = [costOf(1), costOf(2), costOf(8)];
  expect(two.operations).toBeGreaterThan(one.operations);
  expect(eight.operations / one.operations).toBeLessThan(9);
  expect(two.steps).toBeGreaterThan(one.steps);
  expect(eight.steps / one.steps).toBeLessThan(9);
});
