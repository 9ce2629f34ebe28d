/** Random conjugate programs. */
import { fc } from '@fast-check/vitest';

const count = fc.integer({ min: 0, max: 4 });
const positive = fc.integer({ min: 2, max: 12 }).map((n) => n / 4);
const real = fc.integer({ min: -8, max: 8 }).map((n) => n / 4);
const bool = fc.boolean();

/** A model of one parameter `t` and what is seen, by the name of the pair. */
const pairs = {
  bernoulli: fc.tuple(positive, positive, bool, bool).map(([a, b, x, y]) => ({
    prior: `beta(${a}, ${b})`,
    nodes: 'x ~ bernoulli(t)  y ~ bernoulli(1 - t)',
    seen: `x = ${x}, y = ${y}`,
  })),
  binomial: fc.tuple(positive, positive, count, count).map(([a, b, x, y]) => ({
    prior: `beta(${a}, ${b})`,
    nodes: 'x ~ binomial(4, t)  y ~ geometric(t)',
    seen: `x = ${x}, y = ${y}`,
  })),
  poisson: fc.tuple(positive, positive, count, positive, bool).map(([a, b, x, y, s]) => ({
    prior: `gamma(${a}, ${b})`,
    nodes: `x ~ poisson(${s ? '2 * t' : 't'})  y ~ exponential(t)`,
    seen: `x = ${x}, y = ${y}`,
  })),
  scale: fc.tuple(positive, positive, positive, real).map(([a, b, x, y]) => ({
    prior: `inverse_gamma(${a} + 1, ${b})`,
    nodes: 'x ~ exponential(scale = t)  y ~ normal(0.5, sqrt(t))',
    seen: `x = ${x}, y = ${y}`,
  })),
  precision: fc.tuple(positive, positive, real, real).map(([a, b, x, y]) => ({
    prior: `gamma(${a} + 1, ${b})`,
    nodes: 'm ~ normal(1, 2 / sqrt(t))  x ~ normal(m, 1 / sqrt(t))  y ~ normal(m, 1 / sqrt(3 * t))',
    seen: `x = ${x}, y = ${y}`,
  })),
  normal: fc.tuple(real, positive, real, real).map(([m, s, x, y]) => ({
    prior: `normal(${m}, ${s})`,
    nodes: `x ~ normal(2 * t - 1, ${s})  y ~ normal(t, 1.5)`,
    seen: `x = ${x}, y = ${y}`,
  })),
  regression: fc.tuple(real, positive, real, real).map(([m, s, x, y]) => ({
    prior: `normal(${m}, ${s})`,
    nodes: 'u ~ normal(0.5 * t, 1)  x ~ normal(u - t, 1)  y ~ normal(t + 2 * u, 1.5)',
    seen: `x = ${x}, y = ${y}`,
  })),
  chosen: fc.tuple(positive, positive, count, bool).map(([a, b, x, y]) => ({
    prior: `gamma(${a}, ${b})`,
    nodes: `r ~ gamma(2, 1)  z ~ bernoulli(0.3)  x ~ poisson(if z then t else r)  y ~ bernoulli(if z then 0.8 else 0.1)`,
    seen: `x = ${x}, y = ${y}`,
  })),
} as const;

/** Programs with one query, the mean of the parameter. */
export const conjugatePrograms: fc.Arbitrary<string> = fc
  .constantFrom(...Object.values(pairs))
  .chain((pair) => pair)
  .map(({ prior, nodes, seen }) => `model M { t ~ ${prior}  ${nodes} }\nquery q = E(t | ${seen})`);
