/** Programs of the shapes that run for several particles side by side. */
import type { Program } from '../../src/ir/ir.js';
import { planOf } from '../passes/small_programs.js';

/** The plan's program of a text with one query. */
export function planned(text: string): Program {
  const made = planOf(text);
  if (!('program' in made)) throw new Error(made.join('\n'));
  return made.program;
}

/** Texts by what they have. */
export const models: Readonly<Record<string, string>> = {
  'straight lines': `
    model M { a ~ normal(0, 2)  b ~ half_cauchy(5)  c := a * b - exp(-b) / 3  y ~ normal(c, 1.5) }
    query q = E(sin(c) + cos(a) | y = 0.5)`,
  'every operation': `
    model M {
      a ~ normal(0, 2)  b ~ exponential(1)
      c := round(a) + trunc(3 * a) + ceil(b) + floor(-b) + sign(a) + abs(a) + min(a, b) + max(a, 2 * b)
      d := a % (b + 1) + sqrt(b) + log(b) + a^3 + a^-2 + b^2.5
      e := if a < b and not (a <= -1 or a >= 1) then c else if a == b then d else d - c
    }
    query q = E(c + 2 * d + 3 * e)`,
  'sines and cosines of one angle': `
    model M {
      a ~ normal(0, 2)  b ~ half_cauchy(1)
      c := cos(a) * sin(a) + (if a < b then sin(1e7 * b) / cos(1e7 * b) + sin(3 * b) else cos(3 * b) - sin(3 * b))
      d := cos(3 * b) + sin(b) - sin(3 * b) / cos(1e7 * b)
    }
    query q = E(c + d)`,
  'a discrete network': `
    const p = [[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]
    const r = [[[0.5, 0.5], [0.9, 0.1], [0.3, 0.7]], [[0.2, 0.8], [0.6, 0.4], [0.25, 0.75]]]
    model M {
      a ~ bernoulli(0.3)
      b ~ categorical(p[int(a)])
      c ~ categorical(r[int(a), b])
      d ~ categorical(p[c])
      y ~ bernoulli([0.1, 0.5, 0.9][d] * [0.9, 0.6][c])
    }
    query q = P(b == 2 | y = true)`,
  'tables of rows that differ in length': `
    const p = [[0.7, 0.2, 0.1], [0.4, 0.6], [0.25, 0.25, 0.25, 0.25]]
    model M { a ~ categorical([0.2, 0.3, 0.5])  b ~ categorical(p[a])  c ~ normal(b, 1 + a) }
    query q = E(b | c = 1.5)`,
  'a loop over data': `
    const x = [(i - 30) / 10 for i in 0..60]
    const y = [7 * i % 3 for i in 0..60]
    model M {
      a ~ normal(0, 1)  b ~ normal(0, 1)
      for i in 0..60 { observe y[i] > 1 ~ bernoulli(1 / (1 + exp(-(a + b * x[i])))) }
    }
    query q = E(a * b)`,
  'a loop with something carried': `
    const x = [1.5, 2, 0.25, -1, 3, 8, 2, 1, 0, 4, 5, 6, -7, 8, 9, 10, 2, 3, 4, 1]
    fn swing(a: real, b: real): real {
      var now = a
      var before = b
      var count = 0
      for i in 0..len(x) {
        let next = now * 0.5 + before * x[i] / 8
        before = now
        now = if i > 15 then next + count else next
        count = count + 1
      }
      return now + before
    }
    model M { a ~ normal(0, 1)  b ~ normal(0, 1)  c ~ normal(swing(a, b), 2) }
    query q = E(swing(b, a) | c = 1)`,
  'loops of each particle': `
    fn halvings(x: real): int {
      var k = 0
      var rest = x
      while rest > 0.01 and k < 40 { rest = rest / (2 + k)  k = k + 1 }
      return k
    }
    fn total(n: int, x: real): real {
      var sum = 0.0
      for i in 0..n { sum = sum + x / (i + 1) }
      return sum
    }
    model M { a ~ exponential(0.1)  k := halvings(a)  b ~ normal(total(k + 20 * int(a > 9), a), 1) }
    query q = E(k | b = 4)`,
  'weights of zero': `
    model M { a ~ normal(0, 1)  b ~ normal(0, 1)  observe a + b > 0.5  y ~ uniform(a, a + 2) }
    query q = E(b | y = 1)`,
  'a branch that weighs': `
    model M {
      a ~ normal(0, 1)  b ~ normal(a, 1)
      if a > 0 { factor -b^2 } else { factor log(0.5) + exp(-abs(b)) * cos(a) * sin(b) * exp(sin(a * b)) * log(2 + cos(b)) }
    }
    query q = E(b)`,
};
