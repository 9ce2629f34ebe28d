/** How often the 95 % intervals that are reported hold the exact answer, over many seeds. */
import type { Answer } from '../../src/report/answer.js';
import { answer, open } from './programs.js';

type Case = { readonly name: string; readonly text: string; readonly exact: number; readonly samples: number };

/** Programs with one query `q`, of every kind of number that sampling answers with. */
export const cases = {
  probability: {
    name: 'P: rain, when the lawn is dry',
    text: `model Lawn {
      rain ~ bernoulli(0.3)
      sprinkler ~ bernoulli(if rain then 0.1 else 0.4)
      wet ~ bernoulli(if rain and sprinkler then 0.98 else if rain then 0.8 else if sprinkler then 0.9 else 0.0)
    }
    query q = P(rain | wet = false)`,
    exact: 0.10863509749303621,
    samples: 3000,
  },
  mean: {
    name: 'E: the mean of a gamma',
    text: 'model M { g ~ gamma(3, 2) }\nquery q = E(g)',
    exact: 1.5,
    samples: 2000,
  },
  posteriorMean: {
    name: 'E: a posterior mean under evidence',
    text: 'model M { mu ~ normal(0, 2)  a ~ normal(mu, 1) }\nquery q = E(mu | a = 2)',
    exact: 1.6,
    samples: 3000,
  },
  evidence: {
    name: 'evidence: of two measurements',
    text: 'model M { mu ~ normal(0, 2)  observe 1.5 ~ normal(mu, 1)  observe 2.5 ~ normal(mu, 1) }\nquery q = evidence()',
    exact: -Math.log(2 * Math.PI) - Math.log(3) - 4 / 9 - 0.25,
    samples: 3000,
  },
  counterfactual: {
    name: 'P: a counterfactual',
    text: `model Family { x ~ bernoulli(0.5)  y ~ bernoulli(if x then 0.7 else 0.2) }
    query q = P(not y[do(x = false)] | x = true, y = true)`,
    exact: 5 / 7,
    samples: 2000,
  },
  quantile: {
    name: 'Q: a quantile under evidence',
    text: 'model M { p ~ uniform(0, 1)  k ~ binomial(6, p) }\nquery q = Q(p, 0.9 | k = 5)',
    exact: 0.9211765538398587,
    samples: 4000,
  },
  median: {
    name: 'Median: of a lognormal',
    text: 'model M { x ~ lognormal(0, 1) }\nquery q = Median(x)',
    exact: 1,
    samples: 2000,
  },
  variance: {
    name: 'Var: of a normal under evidence',
    text: 'model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\nquery q = Var(x | y = 1)',
    exact: 0.5,
    samples: 4000,
  },
  difference: {
    name: 'a difference of two probabilities',
    text: 'model M { x ~ bernoulli(0.5)  y ~ bernoulli(if x then 0.7 else 0.2) }\nquery q = P(y | do(x = true)) - P(y | do(x = false))',
    exact: 0.5,
    samples: 2000,
  },
  covariance: {
    name: 'Cov: of two nodes',
    text: 'model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\nquery q = Cov(x, y)',
    exact: 1,
    samples: 3000,
  },
  loop: {
    name: 'E: the length of a random loop',
    text: 'model M { var n = 0  while sample bernoulli(0.75) { n = n + 1 }  length := n }\nquery q = E(length)',
    exact: 3,
    samples: 2000,
  },
} as const satisfies Readonly<Record<string, Case>>;

/** How a method is asked: as many draws, or particles of each replica, as its errors are of. */
type Way = { readonly method: string; readonly samples: number };

/** The share of seeds whose interval holds the exact answer. */
export async function coverage(model: Case, seeds: number, way?: Way): Promise<number> {
  const [share] = await coverages(model, seeds, [1], way);
  return share!;
}

/** The same for intervals of other widths about the same middles: parts of those that are reported. */
export async function coverages(
  { text, exact, samples }: Case,
  seeds: number,
  parts: readonly number[],
  way?: Way,
): Promise<readonly number[]> {
  const held = parts.map(() => 0);
  const asked = way ?? { method: 'importance', samples };
  for (let seed = 0; seed < seeds; seed++) {
    const [low, high] = intervalOf(await answer(open(text, { seed: `coverage ${seed}`, ...asked }), 'q'));
    const off = Math.abs(exact - (low + high) / 2);
    parts.forEach((part, k) => {
      if (off <= (part * (high - low)) / 2) held[k]! += 1;
    });
  }
  return held.map((count) => count / seeds);
}

function intervalOf(answer: Answer): readonly [number, number] {
  if (answer.interval === null) throw new Error(`no interval: ${answer.error?.message}`);
  return answer.interval;
}
