/** Evidence right of the bar and in models: where it is applied, and what it weighs. */
import { describeAnswers } from '../lower/answers.js';

describeAnswers({
  'twice on one node': `
    model M { x ~ normal(0, 1)  b ~ bernoulli(0.5)  y := 2 * x  k ~ poisson(3) }
    query same = E(x | x = 1, x = 1) //= exactly 1
    query other = E(x | x = 1, x = 2) //= error E0610
    query neither = P(b | b = true, b = false) //= error E0610
    query computed = E(y | x = 1, y = 2) //= exactly 2
    query rounded = E(y | x = 0.1, y = 0.2) //= exactly 0.2
    query bounded = E(x | x = 1, x > 2) //= error E0610
    query outside = E(x | k = -1) //= error E0610
    query apart = E(y | y = 3, x = 1) //= error E0610
    query count = E(k | k = 2, k = 2) //= exactly 2
    query inverted = E(x | y = 2, y = 2) //= exactly 1`,
  'weighs as density, or as mass': `
    model M { x ~ normal(0, 2)  y := 3 * x + 1  k ~ poisson(3)  b := k > 0 }
    query draw = evidence(x = 1) //= -1.73708571
    query inversion = evidence(y = 4) //= -2.83569800
    query mass = evidence(k = 2) //= -1.49592260
    query event = evidence(b) //= -0.051069`,
  'on arrays, tuples and records that are computed': `
    model M {
      a ~ normal(0, 1)  b ~ bernoulli(0.5)
      v := [a, a + 1]  c := [b, not b]  n := [1, if b then 2 else 3]
      t := (a, b)  r := { x: a, y: 2.0 }
    }
    query array = E(a | v = [1, 2]) //= exactly 1
    query wrong = E(a | v = [1, 3]) //= error E0610
    query longer = E(a | v = [1, 2, 3]) //= error E0309
    query bools = P(b | c = [true, false]) //= exactly 1
    query ints = P(b | n = [1, 2]) //= exactly 1
    query tuple = P(b | t = (1.5, true)) //= exactly 1
    query record = E(a | r = { x: 1, y: 2 }) //= exactly 1`,
  'on draws of vectors': `
    const s = [1.0, 2.0, 0.5]
    model M {
      mu ~ normal(0, 1)  x ~ iid(normal(mu, 1), 3)
      k ~ iid(bernoulli(0.3), 2)  t ~ bernoulli(if k[0] then 0.9 else 0.1)
    }
    query literal = E(mu | x = [1, 2, 0.5]) //= 0.875
    query constant = E(mu | x = s) //= 0.875
    query element = E(x[1] | x = s) //= exactly 2
    query bools = P(t | k = [true, false]) //= 0.9
    query one_bool = P(k[1] | k[0] = true) //= 0.3
    query part = E(mu | x[1] = 2) //= error E0491`,
  'on members and whole families, drawn and computed': `
    model M {
      a ~ normal(1, 1)
      for i in 0..3 { x[i] ~ normal(i, 1)  y[i] := x[i] + a }
      for i in 0..2 { for j in 0..3 { w[i, j] ~ normal(i * 10 + j, 1) } }
      s := sum(y)  u := w[1, 2] + w[0, 1]
    }
    query member = E(x[1] | y[1] = 4, a = 1) //= exactly 3
    query whole = E(s | x = [0, 1, 2], a = 2) //= exactly 9
    query computed = E(x[1] | y = [0, 4, 0], a = 1) //= exactly 3
    query pair = E(u | w[1, 2] = 5) //= 6
    query matrix = E(u | w = [[1, 2, 3], [4, 5, 6]]) //= exactly 8
    query twice = E(x[1] | x = [0, 4, 0], x[1] = 4) //= exactly 4`,
  'on families of random length': `
    model M { n ~ poisson(2)  for k in 0..n { v[k] ~ normal(k, 1) }  t := sum(v) }
    query length = E(n | v = [0, 1]) //= exactly 2
    query there = E(v[1] | exists(v[1])) //= 1
    query both = P(n | n = 4, v[1] = 2) //= 4: 1
    query at_least = E(n | v[1] = 1) //= 2.91138`,
  'through functions, members and invertible operations': `
    model M {
      a ~ normal(0, 1)
      e := exp(a)  l := 3 - a / 2  r := 1 / (a + 10)
      for i in 0..2 { u[i] ~ normal(0, 1)  z[i] := 2 * u[i] + 1 }
    }
    query logarithm = E(a | e = 2) //= 0.693147181
    query linear = E(a | l = 2) //= exactly 2
    query reciprocal = E(a | r = 0.1) //= exactly 0
    query member = E(u[1] | z[1] = 5) //= exactly 2
    query members = E(u[0] + u[1] | z = [3, 5]) //= exactly 3
    query nowhere = E(a | e = -1) //= error E0610`,
  'on several equations of the same noises': `
    model M { a ~ normal(0, 1)  b ~ normal(0, 1)  s := a + b  d := a - b  w := 2 * a + a * 3 - 1 }
    query first = E(a | s = 3, d = 1) //= exactly 2
    query second = E(b | d = 1, s = 3) //= exactly 1
    query density = evidence(s = 3, d = 1) //= -5.03102425
    query one = E(a | s = 3) //= 1.5
    query twice = E(a | w = 9) //= exactly 2
    query line = evidence(w = 9) //= -4.52837645`,
  'by powers, and by factors that may be zero': `
    model M { z ~ bernoulli(0.5)  x ~ normal(0, 1)  y := (if z then 1 else 0) * x  v := (x + 1) / (if z then 1 else 0)  c := x^3  e := 2^x }
    query product = P(z | y = 1) //= exactly 1
    query quotient = P(z | v = 1) //= exactly 1
    query cube = E(x | c = -8) //= exactly -2
    query power = E(x | e = 8) //= exactly 3
    query density = evidence(c = 8) //= -5.40384518`,
  'on draws inside of functions': `
    fn pair(m) { let a = sample normal(m, 1)  return (a, a + sample normal(0, 1)) }
    model M { let (p, q) = pair(1)  x := p  y := q  z ~ bernoulli(0.5)  k := z }
    query first = E(y | x = 2) //= 2
    query second = E(x | y = 3) //= 2
    query other = E(y[do(z = true)] | x = 2, y = 3) //= exactly 3
    query scored = evidence(k = true) //= -0.693147181`,
  'on a value without a noise of its own': `
    model M { a ~ normal(0, 1)  y := a * a  z := max(0, a) }
    query square = E(a | y = 4) //= error E0491
    query kink = E(a | z = 1) //= error E0491`,
  'observed in the loop that draws': `
    const y = [1.0, 2.0, 0.5]
    model M { mu ~ normal(0, 1)  for i in 0..3 { x[i] ~ normal(mu, 1)  observe x[i] = y[i] } }
    query mu = E(mu) //= 0.875`,
  'observed in a later loop, in part': `
    const y = [1.0, 2.0, 0.5, 9.0]
    model M {
      mu ~ normal(0, 1)
      for i in 0..4 { x[i] ~ normal(mu, 1) }
      for i in 0..3 { observe x[i] = y[i] }
    }
    query mu = E(mu) //= 0.875
    query free = E(x[3]) //= 0.875
    query fixed = E(x[1]) //= exactly 2`,
  'observed as a whole, as one member, and where a condition holds': `
    const y = [1.0, 2.0, 0.5]
    model Whole { mu ~ normal(0, 1)  for i in 0..3 { x[i] ~ normal(mu, 1) }  observe x = y }
    model One { mu ~ normal(0, 1)  for i in 0..3 { x[i] ~ normal(mu, 1) }  observe x[1] = 2.0 }
    model Some {
      mu ~ normal(0, 1)
      for i in 0..3 { x[i] ~ normal(mu, 1) }
      for i in 0..3 { if y[i] < 2 { observe x[i] = y[i] } }
    }
    query whole = E(mu) in Whole //= 0.875
    query one = E(mu) in One //= 1
    query some = E(mu) in Some //= 0.5`,
  'observed in branches': `
    model Both {
      z ~ bernoulli(0.5)  x ~ normal(if z then 1 else 0, 1)
      if z { observe x = 1.0 } else { observe x = 0.0 }
    }
    model Behind { z ~ bernoulli(0.5)  if z { x ~ normal(0, 1) } else { x ~ normal(1, 1) }  observe x = 0.5  y := x + 1 }
    query z = P(z) in Both //= 0.5
    query x = E(x) in Both //= 0.5
    query behind = P(z) in Behind //= 0.5
    query next = E(y) in Behind //= exactly 1.5`,
  'observed bools are scored, not waited for': `
    model M { p ~ beta(1, 1)  for i in 0..3 { y[i] ~ bernoulli(p * 0.001)  observe y[i] = true } }
    query p = E(p) //= 0.8`,
});
