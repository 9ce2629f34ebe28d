/** Posteriors of families that are longer in some runs than in others. */
import { expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const text = `
model M {
  n ~ discrete_uniform(1, 3)
  for i in 0..n { x[i] ~ normal(n, 1) }
}
query q = posterior(x | n > 1)
`;

test.each([{ samples: 20_000, method: 'importance' }, { samples: 20_000 }])(
  'a part that some runs lack is summed up over the runs that have it: %j',
  async (settings) => {
    const { variables, error } = await ask(text, settings);
    expect(error).toBeNull();
    expect(variables?.map((v) => v.name)).toEqual(['x[0]', 'x[1]', 'x[2]']);
    for (const [i, mean] of [2.5, 2.5, 3].entries()) {
      const found = variables?.[i];
      expect(Math.abs((found?.mean ?? Number.NaN) - mean)).toBeLessThan(5 * (found?.se ?? 0));
      expect(found?.se).toBeLessThan(0.02);
      expect(Math.abs((found?.median ?? Number.NaN) - mean)).toBeLessThan(0.1);
    }
    expect(variables?.[2]?.ess).toBeLessThan(variables?.[1]?.ess ?? 0);
  },
);

test.each([
  'model M { n ~ discrete_uniform(1, 3)  x ~ iid(normal(0, 1), n) }',
  'model M { n ~ discrete_uniform(1, 3)  y := zeros(n)  x := [v + 1 for v in y] }',
  'model M { n ~ bernoulli(0.5)  x := if n then [1, 2] else [1] }',
  'model M { n ~ discrete_uniform(0, 1)  x := [[1], [1, 2]][n] }',
  'model M { n ~ discrete_uniform(1, 3)  for i in 0..3 { if i < n { x[i] ~ normal(0, 1) } } }',
])('lengths that vary are not taken for those of one run: %s', async (model) => {
  const whole = await ask(`${model}\nquery q = posterior(x)`, { samples: 2000 });
  const sampled = await ask(`${model}\nquery q = posterior(x)`, { samples: 2000, method: 'importance' });
  expect(whole.error).toBeNull();
  expect(whole.variables?.map((v) => v.name)).toEqual(sampled.variables?.map((v) => v.name));
});

test('lengths that every run has in common are known', async () => {
  const { exact, variables } = await ask(`
model M { for i in 0..3 { x[i] ~ normal(0, 1) }  y := [2 * v for v in x] }
query q = posterior(y)`);
  expect(exact).toBe(true);
  expect(variables?.map((v) => v.sd)).toEqual([2, 2, 2]);
});
