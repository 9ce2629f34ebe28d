/** Worlds that share the noise of discrete draws. */
import { describe, expect, test } from 'vitest';
import { pairOfRaces } from '../../../src/exact/discrete/race.js';
import { answer } from './solved.js';

describe('the joint law of two races', () => {
  const marginal = (joint: Float64Array, n: number, row: boolean): number[] =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => joint[row ? i * n + j : j * n + i]!).reduce((a, b) => a + b, 0),
    );

  test.each([
    [
      [0.2, 0.3, 0.5],
      [0.6, 0.3, 0.1],
    ],
    [
      [0.2, 0.8, 0],
      [0, 0.5, 0.5],
    ],
    [
      [1, 0],
      [0.3, 0.7],
    ],
    [
      [0.25, 0.25, 0.25, 0.25],
      [0.1, 0.2, 0.3, 0.4],
    ],
  ])('has the right margins: %s, %s', (p, q) => {
    const joint = pairOfRaces(Float64Array.from(p), Float64Array.from(q));
    marginal(joint, p.length, true).forEach((x, k) => {
      expect(x).toBeCloseTo(p[k]!, 14);
    });
    marginal(joint, p.length, false).forEach((x, k) => {
      expect(x).toBeCloseTo(q[k]!, 14);
    });
  });

  test('agrees with simulated races', () => {
    const p = [0.1, 0.2, 0.3, 0.4];
    const q = [0.4, 0.15, 0.35, 0.1];
    const joint = pairOfRaces(Float64Array.from(p), Float64Array.from(q));
    const count = new Float64Array(16);
    const runs = 200000;
    let state = 12345;
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const winner = (e: readonly number[], w: readonly number[]): number => {
      let best = 0;
      for (let k = 1; k < w.length; k++) if (e[k]! / w[k]! < e[best]! / w[best]!) best = k;
      return best;
    };
    for (let r = 0; r < runs; r++) {
      const e = p.map(() => -Math.log(uniform()));
      const at = winner(e, p) * 4 + winner(e, q);
      count[at] = count[at]! + 1;
    }
    for (const [i, expected] of joint.entries()) {
      const se = Math.sqrt((expected * (1 - expected)) / runs) + 1e-9;
      expect(Math.abs(count[i]! / runs - expected)).toBeLessThan(4.5 * se);
    }
  });
});

describe('counterfactuals', () => {
  test('a draw that the intervention does not reach stays', () => {
    expect(
      answer('model M { z ~ bernoulli(0.5) y ~ bernoulli(0.3) w := y }\nquery q = P(w[do(z = false)] | y = true)'),
    ).toBe(1);
  });

  test('one uniform in two worlds', () => {
    const text = 'model M { x ~ bernoulli(0.5) y ~ bernoulli(if x then 0.7 else 0.2) }';
    expect(answer(`${text}\nquery q = P(y[do(x = true)] and not y[do(x = false)])`)).toBeCloseTo(0.5, 12);
    expect(answer(`${text}\nquery q = P(y[do(x = false)] | x = true, y = true)`)).toBeCloseTo(2 / 7, 12);
    expect(answer(`${text}\nquery q = P(y[do(x = true)] | x = false, y = true)`)).toBe(1);
  });

  test('one uniform in four worlds', () => {
    const text = 'model M { x ~ discrete_uniform(0, 3) y ~ poisson(1 + x) }';
    const worlds = [0, 1, 2, 3].map((x) => `y[do(x = ${x})] > 1`).join(' and ');
    // The least rate decides: quantiles rise with it.
    expect(answer(`${text}\nquery q = P(${worlds})`)).toBeCloseTo(1 - 2 * Math.exp(-1), 12);
  });

  test('a continuous outcome on the noise that evidence fixed', () => {
    const text = 'model M { z ~ bernoulli(0.5) x ~ bernoulli(if z then 0.8 else 0.3) y ~ normal(x + 2 * z, 1 + z) }'
      .replaceAll('+ z', '+ (if z then 1 else 0)')
      .replace('x + 2 * z', '(if x then 1 else 0) + (if z then 2 else 0)');
    const [with1, with0] = [0.4 * (Math.exp(-((1.5 - 3) ** 2) / 8) / 2), 0.15 * Math.exp(-((1.5 - 1) ** 2) / 2)];
    const p = with1 / (with1 + with0);
    const expected = p * (1.5 - 1) + (1 - p) * (1.5 - 1);
    expect(answer(`${text}\nquery q = E(y[do(x = false)] | x = true, y = 1.5)`)).toBeCloseTo(expected, 12);
    expect(answer(`${text}\nquery q = P(z | x = true, y = 1.5)`)).toBeCloseTo(p, 12);
  });

  test('Gumbel-max in three worlds of two laws', () => {
    const text = 'model M { x ~ bernoulli(0.5) y ~ categorical(if x then [0.2, 0.3, 0.5] else [0.6, 0.3, 0.1]) }';
    const joint = pairOfRaces(Float64Array.of(0.6, 0.3, 0.1), Float64Array.of(0.2, 0.3, 0.5));
    expect(answer(`${text}\nquery q = P(y[do(x = false)] = 0 and y[do(x = true)] = 2)`)).toBeCloseTo(joint[2]!, 12);
    expect(answer(`${text}\nquery q = P(y[do(x = false)] = 0 and y[do(x = true)] = 2 | y = 2)`)).toBeCloseTo(
      (0.5 * joint[2]!) / 0.3,
      12,
    );
  });
});
