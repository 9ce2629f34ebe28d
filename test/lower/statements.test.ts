/** Statements: loops, returns, variables, records and arrays that change, observations. */
import { describeAnswers } from './answers.js';

describeAnswers({
  'an early return inside loops': `
    fn f(n) { var s = 0.0  for i in 0..n { if i == 3 { return s + 100 }  s = s + 1  if s > 10 { return -1.0 } }  return s }
    fn g(n) { var i = 0  while true { i = i + 1  if i > n { return i } } return 0 }
    fn h(a) { for x in a { for y in a { if x + y == 5 { return x * y } } } return -1 }
    fn find(a, x) { var i = 0  while a[i] != x { if i == len(a) - 1 { return -1 }  i = i + 1 }  return i }
    fn beyond(a) { var i = 0  while a[i] > 0 { i = i + 1  if i == len(a) { return i } }  return -1 }
    model M { a := f(2)  b := f(10)  c := g(7)  d := h([1, 2, 3])  e := h([1, 1])  i := find([4, 5, 6], 6)  j := find([4, 5], 9)  k := beyond([1, 1]) }
    query a = E(a) //= exactly 2
    query b = E(b) //= exactly 103
    query c = E(c) //= exactly 8
    query d = E(d) //= exactly 6
    query e = E(e) //= exactly -1
    query i = E(i) //= exactly 2
    query j = E(j) //= exactly -1
    query k = E(k) //= exactly 2`,
  'a return in branches, on both sides and in arms': `
    fn g(x: bool, y: bool): int { if x { if y { return 1 } } else { if y { return 2 } }  return 5 }
    fn h(x) { match x { 1 => { return 1 } _ => { } }  return 5 }
    fn k(x) { if x == 1 { match x { 1 => { return 1 } _ => { return 3 } } }  return 5 }
    fn m(x) {
      match x {
        1 => { if x > 0 { return 1 } }
        _ => { for i in 0..3 { if i == x { return 2 } } }
      }
      if x == 4 { return 7 }
      return 5
    }
    fn n(x) {
      var s = 0
      for i in 0..4 {
        match x { 1 => { if i == 2 { return s } } 2 => { s = s + 2 } _ => { s = s + 1 } }
        if s > 3 { return -s }
      }
      return 10
    }
    model M { x ~ bernoulli(0.5)  y ~ bernoulli(0.5)  z ~ discrete_uniform(1, 4)  w := n(z) }
    query g = P(g(x, y)) //= 1: 0.25, 2: 0.25, 5: 0.5
    query h = P(h(z)) //= 1: 0.25, 5: 0.75
    query k = P(k(z)) //= 1: 0.25, 5: 0.75
    query m = P(m(z)) //= 1: 0.25, 2: 0.25, 5: 0.25, 7: 0.25
    query n = P(w) //= -4: 0.75, 0: 0.25`,
  'a return that depends on chance': `
    fn first(n) { for i in 0..n { if sample bernoulli(0.5) { return i } }  return n }
    model M { x := first(3) }
    query p = P(x) //= 0: 0.5, 1: 0.25, 2: 0.125, 3: 0.125`,
  'a long loop that a return leaves': `
    fn f(n) { for i in 0..n { if sample bernoulli(0.5) { return i } }  return -1 }
    fn g(n) { for i in 0..n { for j in 0..n { if sample bernoulli(0.5) { return i * 10 + j } } }  return -1 }
    fn h(xs) { var s = 0  for x in xs { s = s + x  if s > 5 { return x } }  return -1 }
    model M { x := f(1000000000)  z ~ bernoulli(0.5)  y := f(if z then 100 else 1)  w := g(200)  v := h(range(1000)) }
    query mean = E(x) //= 1
    query same = P(y[do(z = true)] == y or y == -1 | z = false) //= exactly 1
    query inner = P(w = 1) //= 0.25
    query sum = E(v) //= exactly 3`,
  'variables of a loop that widen at different times': `
    model M { var a = 0  var b = 1  var n = 0  while n < 3 { a = a + b  b = b / 2  n = n + 1 }  x := a  y := b }
    query x = E(x) //= exactly 1.75
    query y = E(y) //= exactly 0.125`,
  'records and tuples that a loop carries': `
    model M {
      var r = { a: 0, b: 1.0 }  var t = (1, true)
      for i in 0..3 { r = { a: r.a + i, b: r.b * 2 }  let (p, q) = t  t = (p + 1, not q) }
      let (p, q) = t
      x := r.a  y := r.b  z := p  w := q
    }
    query x = E(x) //= exactly 3
    query y = E(y) //= exactly 8
    query z = E(z) //= exactly 4
    query w = P(w) //= exactly 0`,
  'elements of arrays that change': `
    model M {
      var m = [[1, 2], [3, 4]]  m[1, 0] = 7.5  m[0, 1] = 9
      x := m[1][0] + m[0][1] + m[1][1]
      var k = zeros(3)  for i in 0..3 { k[i] = i * i }
      y := sum(k)
      var c = [0, 0]  if x > 100 { c[0] = 1 } else { c[1] = 2 }
      z := c[0] + 10 * c[1]
    }
    query x = E(x) //= exactly 20.5
    query y = E(y) //= exactly 5
    query z = E(z) //= exactly 20`,
  'draws in the condition of a loop': `
    model M { z ~ bernoulli(0.5)  var n = 0  while sample bernoulli(if z then 0.5 else 0.25) { n = n + 1 }  x := n }
    query seen = E(x | z = true) //= 1
    query other = P(x[do(z = true)] >= x | z = false) //= exactly 1
    query change = E(x[do(z = true)] - x[do(z = false)]) //= 2/3`,
  'a comprehension over a label type, and matches with a wildcard': `
    enum Drug { A, B, C }
    fn dose(d) = match d { A => 1, B => 2, _ => 5 }
    model M {
      d ~ categorical(Drug, [0.2, 0.3, 0.5])
      let all = [dose(k) for k in Drug]
      x := sum(all)  y := dose(d)  z := match d { A => true, _ => false }
      var n = 0  for k in Drug { if k == d { n = n + 1 } }
      w := n
      v := match y { 1 => 10, 2 => 20, _ => 30 }
    }
    query x = E(x) //= exactly 8
    query y = E(y) //= 3.3
    query z = P(z) //= 0.2
    query w = E(w) //= exactly 1
    query v = E(v) //= 23
    query d = P(d | y = 5) //= C: 1
    query acted = E(y | do(d = B)) //= exactly 2
    query drawn = E(y | do(d ~ categorical(Drug, [0.5, 0.5, 0]))) //= 1.5`,
});
