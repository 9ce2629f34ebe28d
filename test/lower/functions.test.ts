/** Functions, constants, distributions as values, families that a program declares. */
import { describeAnswers } from './answers.js';

describeAnswers({
  'default parameters and named arguments': `
    fn f(x, scale = 2, shift = 1) = x * scale + shift
    model M { a := f(3)  b := f(3, shift = 0)  c := f(x = 1, scale = 10)  d ~ normal(sd = 0.5, mean = 4)  g ~ gamma(shape = 2, scale = 3) }
    query a = E(a) //= exactly 7
    query b = E(b) //= exactly 6
    query c = E(c) //= exactly 11
    query d = Sd(d) //= 0.5
    query g = E(g) //= 6`,
  'recursion through draws': `
    fn geo(p) { if sample bernoulli(p) { return 0 }  return 1 + geo(p) }
    fn tree(d) = if d == 0 then sample normal(0, 1) else tree(d - 1) + tree(d - 1)
    model M { n := geo(0.5)  t := tree(3)  z ~ bernoulli(0.5)  m := geo(if z then 0.5 else 0.25) }
    query n = E(n) //= 1
    query t = Var(t) //= 8
    query m = E(m | z = true) //= 1
    query order = P(m[do(z = true)] > m | z = false) //= exactly 0
    query change = E(m[do(z = true)] - m[do(z = false)]) //= -2
    query two = P(n = 2 | n > 1) //= 0.5`,
  'distributions in names, arrays and branches': `
    model M {
      b ~ bernoulli(0.5)
      let d = if b then normal(0, 1) else exponential(2)
      x ~ d
      let ds = [normal(1, 1), uniform(0, 1), normal(5, 1)]
      k ~ categorical([0.2, 0.3, 0.5])
      y ~ ds[k]
      c ~ bernoulli(0.5)
      z := sample (if c then bernoulli(0.2) else bernoulli(0.8))
    }
    query x = E(x) //= 0.25
    query y = E(y) //= 2.85
    query z = P(z) //= 0.5
    query which = P(b | x = 1) //= 0.4720
    query cause = P(c | z) //= 0.2
    query component = P(k = 1 | y = 0.5) //= 0.8099`,
  'constants of constants and functions': `
    const a = [1.0, 2, 3]
    const n = len(a)
    const s = sum(a) / n
    fn sq(x) = x * x
    const big = [sq(x) for x in a]
    model M { x := s + n  w := sum(big) }
    query x = E(x) //= exactly 5
    query w = E(w) //= exactly 14`,
  'a family with all entries': `
    dist tri(low: real, high: real): real {
      require low < high
      support(x) = x >= low and x <= high
      draw = low + (high - low) * sqrt(noise_uniform())
      logpdf(x) = if x < low or x > high then -infinity else log(2 * (x - low)) - 2 * log(high - low)
      cdf(x) = if x < low then 0.0 else if x > high then 1.0 else ((x - low) / (high - low))^2
      quantile(p) = low + (high - low) * sqrt(p)
      moment_mean = low + 2 / 3 * (high - low)
      moment_variance = (high - low)^2 / 18
    }
    model M { z ~ bernoulli(0.5)  x ~ tri(0, if z then 2 else 1)  t ~ truncated(tri(0, 1), 0.5, 1) }
    query mean = E(x) //= 1
    query learned = P(z | x = 0.5) //= 0.2
    query scaled = E(x[do(z = true)] | z = false, x = 0.3) //= exactly 0.6
    query tail = P(t > 0.75) //= 0.58333`,
  'a family by its quantile only': `
    dist square(a: real): real { quantile(u) = a * u^2  logpdf(x) = -log(a) - log(2 * sqrt(x / a))  cdf(x) = sqrt(x / a) }
    model M { z ~ bernoulli(0.5)  w ~ square(if z then 2 else 1) }
    query mean = E(w) //= 0.5
    query scaled = E(w[do(z = true)] | z = false, w = 0.3) //= exactly 0.6`,
});

describeAnswers(
  {
    'model arguments of every type, given from outside': `
      enum Drug { A, B }
      model M(n: int, p: real, b: bool, v: vector, m: matrix, e: Drug, s: (int, real), r: { x: int, y: real }) {
        x := n + p + v[1] + m[0, 0] + (if b then 10 else 0) + (if e == B then 100 else 0) + r.x + r.y
        let (s0, s1) = s
        y := s0 + s1
        z ~ bernoulli(p)
      }
      query x = E(x) //= exactly 119.75
      query y = E(y) //= exactly 3
      query z = P(z) //= 0.25`,
  },
  {
    assignments: new Map(
      Object.entries({
        n: '3',
        p: '0.25',
        b: 'true',
        v: '[1, 2.5]',
        m: '[[1, 0], [0, 1]]',
        e: 'Drug.B',
        s: '(1, 2)',
        r: '{ x: 1, y: 2 }',
      }),
    ),
  },
);
