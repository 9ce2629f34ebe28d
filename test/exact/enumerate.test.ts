import { describe, expect, test } from 'vitest';
import { answersOf, answerTo } from './enumerate_answers.js';

/** Σ 1/k for k = 1 … n. */
const harmonic = (n: number): number => Array.from({ length: n }, (_, k) => 1 / (k + 1)).reduce((a, b) => a + b, 0);

/** Values of queries on one model, in order. */
const values = (model: string, queries: readonly string[]): (number | string)[] =>
  answersOf(`${model}\n${queries.map((q, k) => `query q${k} = ${q}`).join('\n')}`).map((answer) =>
    typeof answer.value === 'number' ? answer.value : (answer.error?.message ?? 'no answer'),
  );

const learning = `model Learning(batch: int, scale: real) {
  var x = 1  var epochs = 0
  while x < 100 { if sample bernoulli(1 - (1 - x / scale)^batch) { x = x + 1 }  epochs = epochs + 1 }
  duration := epochs
}`;

describe('first passage', () => {
  test('a sum of 99 geometric durations, by elimination', () => {
    const p = (x: number): number => x / 10000;
    const variance = Array.from({ length: 99 }, (_, k) => (1 - p(k + 1)) / p(k + 1) ** 2).reduce((a, b) => a + b, 0);
    const [mean, affine, sd, product] = values(learning, [
      'E(duration) in Learning(1, 10000)',
      'E(2 * duration + 1) in Learning(1, 10000)',
      'Sd(duration) in Learning(1, 10000)',
      'Cov(duration, 1 - 3 * duration) in Learning(1, 10000)',
    ]);
    const exact = 10000 * harmonic(99);
    expect(Math.abs(Number(mean) / exact - 1)).toBeLessThan(1e-12);
    expect(Math.abs(Number(affine) / (2 * exact + 1) - 1)).toBeLessThan(1e-12);
    expect(Math.abs(Number(sd) / Math.sqrt(variance) - 1)).toBeLessThan(1e-11);
    expect(Math.abs(Number(product) / (-3 * variance) - 1)).toBeLessThan(1e-11);
  });

  test('the distribution of the duration, step by step', () => {
    const [median, quantile, beyond, mean] = values(learning, [
      'Median(duration) in Learning(96, 10000)',
      'Q(duration, 0.9) in Learning(96, 10000)',
      'P(duration > 590) in Learning(96, 10000)',
      'E(duration | duration > 0) in Learning(96, 10000)',
    ]);
    // The same by the recursion over epochs.
    let at = new Float64Array(101);
    at[1] = 1;
    const cdf: number[] = [0];
    for (let n = 1; n < 6000; n++) {
      const next = new Float64Array(101);
      next[100] = at[100]!;
      for (let x = 1; x < 100; x++) {
        const p = 1 - (1 - x / 10000) ** 96;
        next[x]! += at[x]! * (1 - p);
        next[x + 1]! += at[x]! * p;
      }
      at = next;
      cdf.push(at[100]!);
    }
    expect(median).toBe(cdf.findIndex((c) => c >= 0.5));
    expect(quantile).toBe(cdf.findIndex((c) => c >= 0.9));
    expect(beyond).toBeCloseTo(1 - cdf[590]!, 11);
    expect(Number(mean)).toBeCloseTo(
      cdf.reduce((sum, c) => sum + (1 - c), 0),
      8,
    );
  });

  test.each([
    [0.4, 5, 10],
    [0.5, 30, 100],
    [0.501, 200, 500],
  ])("the gambler's ruin with p = %f, from %i of %i", (p, from, to) => {
    const q = 1 - p;
    const model = `model Gambler {
      var x = ${from}  var t = 0
      while x > 0 and x < ${to} { if sample bernoulli(${p}) { x = x + 1 } else { x = x - 1 }  t = t + 1 }
      ruined := x == 0  time := t
    }`;
    const [ruin, time, both] = values(model, ['P(ruined)', 'E(time)', 'E(time | ruined)']);
    const r = q / p;
    const exactRuin = p === 0.5 ? 1 - from / to : (r ** from - r ** to) / (1 - r ** to);
    const exactTime =
      p === 0.5 ? from * (to - from) : from / (q - p) - (to / (q - p)) * ((1 - r ** from) / (1 - r ** to));
    expect(Math.abs(Number(ruin) / exactRuin - 1)).toBeLessThan(1e-9);
    expect(Math.abs(Number(time) / exactTime - 1)).toBeLessThan(1e-9);
    expect(Number(both)).toBeGreaterThan(0);
  });

  test('a loop whose condition draws', () => {
    const model = 'model Geometric { var n = 0  while sample bernoulli(0.25) { n = n + 1 }  x := n }';
    const [mean, variance, three, odd, h] = values(model, ['E(x)', 'Var(x)', 'P(x = 3)', 'P(x % 2 = 1)', 'H(x)']);
    expect(mean).toBeCloseTo(1 / 3, 14);
    expect(variance).toBeCloseTo(0.25 / 0.75 ** 2, 14);
    expect(three).toBeCloseTo(0.75 * 0.25 ** 3, 14);
    expect(odd).toBeCloseTo(0.2, 12);
    expect(h).toBeCloseTo(-(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)) / 0.75, 10);
  });

  test('several sums at once, and what they have to do with each other', () => {
    const model = `model Costs {
      var x = 0  var cost = 0.0  var steps = 0
      while x < 3 {
        cost = cost + [1.0, 5.0, 0.5][x]
        steps = steps + 1
        if sample bernoulli([0.5, 0.2, 0.9][x]) { x = x + 1 }
      }
      c := cost  n := steps
    }`;
    const p = [0.5, 0.2, 0.9];
    const w = [1, 5, 0.5];
    const variance = (k: number): number => (1 - p[k]!) / p[k]! ** 2;
    const [mean, cov, corr] = values(model, ['E(c - 2 * n)', 'Cov(c, n)', 'Corr(c, n)']);
    const sum = (f: (k: number) => number): number => f(0) + f(1) + f(2);
    expect(mean).toBeCloseTo(
      sum((k) => (w[k]! - 2) / p[k]!),
      12,
    );
    const exact = sum((k) => w[k]! * variance(k));
    expect(cov).toBeCloseTo(exact, 11);
    expect(corr).toBeCloseTo(exact / Math.sqrt(sum(variance) * sum((k) => w[k]! ** 2 * variance(k))), 12);
  });

  test('loops in loops add up', () => {
    const model = `model Nested {
      var total = 0  var rounds = 0
      while sample bernoulli(0.5) {
        var k = 0
        while k < 3 { if sample bernoulli(0.25) { k = k + 1 }  total = total + 1 }
        rounds = rounds + 1
      }
      t := total  r := rounds
    }`;
    const [mean, variance, cov] = values(model, ['E(t)', 'Var(t)', 'Cov(t, r)']);
    // A geometric number of rounds (mean 1, variance 2), each of mean 12 and variance 36.
    expect(mean).toBeCloseTo(12, 12);
    expect(variance).toBeCloseTo(1 * 36 + 2 * 144, 10);
    expect(cov).toBeCloseTo(2 * 12, 11);
  });

  test('evidence in the body of a loop weighs its steps', () => {
    const model = `model Quiet {
      var n = 0
      while sample bernoulli(0.5) { n = n + 1  alarm ~ bernoulli(0.1)  observe not alarm }
      x := n
    }`.replace('alarm ~ bernoulli(0.1)  observe not alarm', 'let alarm = sample bernoulli(0.1)  observe not alarm');
    const [mean, z, tail] = values(model, ['E(x)', 'evidence()', 'P(x >= 2)']);
    expect(z).toBeCloseTo(Math.log(0.5 / (1 - 0.45)), 13);
    expect(mean).toBeCloseTo(0.45 / 0.55, 13);
    expect(tail).toBeCloseTo(0.45 ** 2, 12);
  });

  test('a loop that may never end is a fault with its place', () => {
    const model = (never: string): string =>
      `model Trap { var x = 1  while x > 0 { if x == 1 { x = if sample bernoulli(0.5) then 0 else 2 } ${never} }  y := x }`;
    const [trapped] = answersOf(`${model('')}\nquery q = E(y)`);
    expect(trapped?.error?.code).toBe('E0701');
    const [seen] = answersOf(`${model('observe x < 2')}\nquery q = E(y)`);
    expect(seen?.value).toBe(0);
  });
});

describe('recursion', () => {
  test('geometric recursion, with the mass that is left out', () => {
    const model = 'fn geo(p) = if sample bernoulli(p) then 0 else 1 + geo(p)\nmodel G { g := geo(0.3) }';
    const [mean, two] = values(model, ['E(g)', 'P(g = 2)']);
    expect(mean).toBeCloseTo(0.7 / 0.3, 10);
    expect(two).toBeCloseTo(0.3 * 0.49, 14);
  });

  test('a branching process dies out with the least root', () => {
    const model = (p: number): string =>
      `fn survives(): bool { if not sample bernoulli(${p}) { return false }  return survives() or survives() }
      fn lasts(n: int): bool { if n == 0 { return true }  if not sample bernoulli(${p}) { return false }  return lasts(n - 1) or lasts(n - 1) }
      model Lineage { alive := lasts(40) }`;
    let alive = 1;
    for (let n = 0; n < 40; n++) alive = 0.6 * (1 - (1 - alive) ** 2);
    expect(values(model(0.6), ['P(alive)'])[0]).toBeCloseTo(alive, 13);
  });

  test('deep recursion that is reached in many ways', () => {
    const model = (depth: number): string =>
      `fn heads(n: int): int { if n == 0 { return 0 }  return (if sample bernoulli(0.5) then 1 else 0) + heads(n - 1) }
      model Coins { n := heads(${depth}) }`;
    expect(values(model(400), ['E(n)'])[0]).toBeCloseTo(200, 10);
    // Too deep to be found exactly is no fault: a run of it ends.
    expect(answerTo(`${model(3000)}\nquery q = E(n)`)).not.toMatch(/E0702|deep/);
  });

  test('recursion that need not end is a fault', () => {
    const model = `fn total(): int { if sample bernoulli(0.9) { return total() + total() }  return 1 }
      model Tree { leaves := total() }`;
    expect(answerTo(`${model}\nquery q = P(leaves = 1)`)).toMatch(/deep|different states/);
  });

  test('mutual recursion', () => {
    const model = `fn even(): int { if sample bernoulli(0.5) { return 0 }  return odd() + 1 }
      fn odd(): int { if sample bernoulli(0.25) { return 0 }  return even() + 1 }
      model M { n := even() }`;
    // E e = 0.5 (1 + E o), E o = 0.75 (1 + E e)
    expect(values(model, ['E(n)'])[0]).toBeCloseTo(1.4, 12);
  });
});

describe('random numbers of trips', () => {
  test('a poisson number of flips', () => {
    const model = `model Thinned {
      n ~ poisson(3)
      var s = 0
      for k in 0..n { if sample bernoulli(0.4) { s = s + 1 } }
      total := s
    }`;
    const [mean, variance, zero, given] = values(model, ['E(total)', 'Var(total)', 'P(total = 0)', 'E(n | total = 2)']);
    expect(mean).toBeCloseTo(1.2, 12);
    expect(variance).toBeCloseTo(1.2, 12);
    expect(zero).toBeCloseTo(Math.exp(-1.2), 13);
    expect(given).toBeCloseTo(2 + 1.8, 11);
  });

  test('one of n trues drawn uniformly', () => {
    const model = `model Trues {
      n := sample poisson(10) + 1
      let all = [true for k in 0..n]
      i ~ discrete_uniform(0, n - 1)
      x := all[i]
    }`;
    expect(values(model, ['P(x)'])[0]).toBeCloseTo(1, 14);
  });

  test('a zero-weight branch is cut at once', () => {
    const model = `model Cut {
      i ~ discrete_uniform(0, 9)
      observe i == 5
      j ~ discrete_uniform(0, 11)
      observe j == 6
      x := i * j
    }
    model Impossible { a ~ bernoulli(0.5)  if a { factor -infinity } }`;
    expect(values(model, ['E(x) in Cut', 'Var(x) in Cut', 'P(a) in Impossible'])).toEqual([30, 0, 0]);
  });

  test('vectors of discrete draws are walked', () => {
    const model = `model Wins { n := 1 + sample binomial(3, 0.5)  x := sum([if w then 1 else 0 for w in sample iid(bernoulli(0.5), n)]) }`;
    expect(values(model, ['E(x)'])[0]).toBeCloseTo(1.25, 13);
  });

  test('scores by densities, and runs of a lower dimension win', () => {
    const model = `model Reading {
      broken ~ bernoulli(0.5)
      if broken { observe 1 == 1 } else { observe 0.0 ~ normal(0, 1) }
    }
    model Shift { n ~ poisson(2)  for k in 0..1 { observe 1.0 ~ normal(n, 1) } }`;
    const [broken, n] = values(model, ['P(broken) in Reading', 'P(n = 0) in Shift']);
    expect(broken).toBe(1);
    const weight = (k: number): number =>
      Math.exp(-0.5 * (1 - k) ** 2) * [...Array(k).keys()].reduce((w, j) => (w * 2) / (j + 1), 1);
    const total = Array.from({ length: 40 }, (_, k) => weight(k)).reduce((a, b) => a + b, 0);
    expect(n).toBeCloseTo(weight(0) / total, 13);
  });

  test('long evidence does not underflow', () => {
    const model = `model Long {
      hot ~ bernoulli(0.5)
      var k = 0
      while k < 3000 { observe true ~ bernoulli(if hot then 0.5 else 0.4)  k = k + 1 }
    }`;
    const [hot, z] = values(model, ['P(hot)', 'evidence()']);
    expect(hot).toBeCloseTo(1, 14);
    expect(z).toBeCloseTo(3001 * Math.log(0.5), 8);
  });
});

describe('refusals', () => {
  test('a continuous draw is named', () => {
    const model = `model Steps(batch: int, boldness: real) {
      var best = 0.0  var epochs = 0
      while best < 100 { best = max(best, max(sample iid(normal(best, boldness), batch)))  epochs = epochs + 1 }
      duration := epochs
    }
    model Size { height ~ normal(0, 1)  n ~ poisson(3) }`;
    const [answer] = answersOf(`${model}\nquery q = E(n * height) in Size`);
    expect(answer?.error?.message).toMatch(/height is continuous/);
    expect(answerTo(`${model}\nquery q = E(duration) in Steps(4, 1.0)`)).toMatch(/exact/);
  });

  test('states that multiply in every iteration are noticed early', () => {
    const model = `model Flips {
      n ~ poisson(30)
      for k in 0..n { x[k] ~ bernoulli(0.3) }
      first := if exists(x[0]) then x[0] else false
      same := sum([if b == first then 1 else 0 for b in x])
    }`;
    // With the budget of an exact answer that is asked for, listing them would take minutes.
    const [answer] = answersOf(`${model}\nquery q = E(same) using exact`);
    expect(answer?.error?.message).toMatch(/steps are not enough/);
  });

  test('states that add up are not taken for such', () => {
    const model = `model Counts {
      n ~ discrete_uniform(20, 30)
      var a = 0  var b = 0  var c = 0
      for k in 0..n {
        let kind = sample categorical([0.25, 0.25, 0.25, 0.25])
        a = if kind == 0 then a + 1 else a
        b = if kind == 1 then b + 1 else b
        c = if kind == 2 then c + 1 else c
      }
      all := a == b and b == c
    }`;
    expect(answerTo(`${model}\nquery q = E(if all then 1 else 0)`)).toEqual(expect.any(Number));
  });
});
