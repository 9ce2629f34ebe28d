/** What is said of answers that are numbers and yet not what was meant. */
import { describe, expect, it } from 'vitest';
import { ask } from '../models/programs.js';

const codes = (answer: { readonly warnings: readonly { readonly code: string }[] }): readonly string[] =>
  answer.warnings.map((w) => w.code);

describe('a correlation with a constant', () => {
  it.each(['', ' using importance(samples = 1000)'])('is an error%s', async (using) => {
    const { error } = await ask(`model M { x ~ normal(0, 1) y := 3 }\nquery q = Corr(x, y)${using}`);
    expect(error?.code).toBe('E0614');
    expect(error?.message).toContain("'y'");
  });
});

describe('candidates with the same score', () => {
  const model = 'model M { x ~ bernoulli(0.5) }\n';

  it('are named', async () => {
    const answer = await ask(`${model}query q = argmax a in [1, 2, 3] of E(if a < 3 then 1 else 0)`);
    expect(answer.value).toBe(1);
    expect(answer.warnings.map((w) => w.message)).toEqual([
      '1, 2 have the same score; the first of them is the answer.',
    ]);
  });

  it('are no matter where they are not the best', async () => {
    expect(codes(await ask(`${model}query q = argmax a in [1, 2, 3] of E(if a < 3 then 0 else 1)`))).toEqual([]);
  });
});

describe('draws of another world without a partner', () => {
  const model = `model M {
    n ~ poisson(3)
    for k in 0..n { x[k] ~ bernoulli(0.3) }
    y := sum([if b then 1 else 0 for b in x])
  }\n`;

  it('are found where evidence fixes how many the world seen has', async () => {
    const answer = await ask(`${model}query q = P(y[do(n = 5)] > 1 | n = 3, y = 1)`);
    expect(answer.value).toBeCloseTo(1 - 0.7 ** 2, 12);
    expect(codes(answer)).toContain('W0603');
  });

  it('are not claimed where all have one', async () => {
    expect(codes(await ask(`${model}query q = P(y[do(n = 2)] > 1 | n = 3, y = 1)`))).not.toContain('W0603');
  });
});

it('reasons name families as a program does', async () => {
  const { error } = await ask(
    'model M { x ~ gamma(shape = 1, scale = 2) y ~ laplace(x, 1) }\nquery q = E(y) using exact',
  );
  expect(error?.message).toContain('gaussian');
  expect(error?.message).not.toMatch(/#|real/);
});
