/** Interventions: hard, stochastic, shifts, on members, whole families and parts; values from this world and from others. */
import { describeAnswers } from '../lower/answers.js';

describeAnswers({
  'on single nodes': `
    model M { a ~ normal(1, 1)  b := 2 * a  c ~ normal(b, 1) }
    query shift = E(c | do(b := b + 1)) //= 3
    query branch = E(c | do(a := if a > 100 then 0.0 else a + 2)) //= 6
    query two = E(c | do(b := b * 2, a = 3)) //= 12
    query other = E(c[do(b = b[do(a = 5)])] | a = 1, c = 2.5) //= exactly 10.5
    query worlds = E(c[do(a = 2)] - c[do(a = 1)]) //= exactly 2
    query drawn = Var(c | do(b ~ normal(0, 2))) //= 5`,
  'on members and whole families': `
    model M { for i in 0..3 { x[i] ~ normal(i, 1) }  s := sum(x) }
    query whole = E(s | do(x = [1, 2, 3])) //= exactly 6
    query other_world = E(s[do(x = [1, 2, 4])] | x = [0, 0, 0]) //= exactly 7
    query member = E(s | do(x[1] = 5)) //= 7
    query shift = E(s | do(x[1] := x[1] + 5)) //= 8
    query drawn = E(s | do(x[1] ~ normal(9, 1))) //= 11
    query drawn_whole = E(s | do(x ~ iid(normal(5, 1), 3))) //= 15
    query spread = Var(s | do(x ~ mvnormal([0, 0, 0], [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]))) //= 4
    query shifted_whole = E(s | do(x := [0, 0, 0])) //= error E0414`,
  'by another member of the family': `
    model M { for i in 0..3 { x[i] ~ normal(i, 1)  y[i] := x[i] + 1 }  s := sum(x)  t := sum(y) }
    query before = E(s | do(x[1] = x[0] + 5)) //= 7
    query other_world = E(s[do(x[1] = x[0] + 5)] | x = [2, 0, 0]) //= exactly 9
    query other_family = E(t | do(y[1] = x[1])) //= 5
    query itself = E(s | do(x[1] = x[1] + 1)) //= error E0415
    query through = E(t | do(y[2] = y[0])) //= 4`,
  'on families of two indices and of labels': `
    enum D { A, B }
    model M {
      for i in 0..2 { for j in 0..3 { x[i, j] ~ normal(i * 10 + j, 1) } }
      s := x[1, 2] + x[0, 1]
      param r[bool, D] ~ normal(0, 1)
      q := r[true, B] + r[false, A]
    }
    query one = E(s | do(x[1, 2] = 5)) //= 6
    query whole = E(s | do(x = [[1, 2, 3], [4, 5, 6]])) //= exactly 8
    query shift = E(x[1, 2][do(x[1, 2] := x[1, 2] + 1)] | x[1, 2] = 4) //= exactly 5
    query member = E(s | do(x[1, 2] = x[0, 1])) //= 2
    query label = E(q | do(r[true, B] = 3)) //= 3
    query row = E(s | do(x[1] = [1, 2, 3])) //= error E0414`,
  'on nodes whose value is an array': `
    model M {
      x ~ iid(normal(0, 1), 2)  y := x[0] + 10 * x[1]
      for i in 0..3 { w[i] ~ iid(normal(i, 1), 2) }
      s := w[1][0] + w[2][1]
    }
    query set = E(y | do(x = [1, 2])) //= exactly 21
    query other_world = E(y[do(x = [1, 2])] | x = [0, 0]) //= exactly 21
    query shift = E(y | do(x := [x[0] + 1, 2])) //= 21
    query element = E(y | do(x[1] = 2)) //= error E0414
    query member = E(s | do(w[1] = [5, 6])) //= 7
    query member_shift = E(s | do(w[1] := [w[1][0] + 5, 0])) //= 8
    query by_member = E(s | do(w[2] = w[1])) //= 2
    query by_element = E(s[do(w[2] = [w[1][0], 7])] | w[1] = [3, 3]) //= exactly 10`,
  'inside of parts': `
    model Shower(energy: real) { depth ~ normal(energy, 1)  twice := 2 * depth }
    model M { e ~ normal(10, 2)  event ~ Shower(e)  y := event.twice + 1 }
    model Many { e ~ normal(10, 2)  for i in 0..2 { event[i] ~ Shower(e) }  y := event[0].twice + event[1].depth }
    query act = E(y | do(event.depth = 3)) in M //= exactly 7
    query other_world = E(y[do(event.depth = 3)] | event.depth = 8) in M //= exactly 7
    query cause = E(y[do(e = 3)] | e = 10, event.depth = 8) in M //= exactly 3
    query inverted = E(e | event.twice = 20) in M //= 10
    query member = E(y | do(event[1].depth = 3)) in Many //= 23
    query member_world = E(y[do(event[1].depth = 3)] | event[0].depth = 8) in Many //= exactly 19
    query cause_many = E(y[do(e = 5)] | e = 10, event[1].depth = 8, event[0].depth = 12) in Many //= exactly 17
    query inverted_many = E(event[1].depth | event[1].twice = 20) in Many //= exactly 10`,
  'right of the bar hold in the worlds that branch off': `
    model M { x ~ normal(0, 1)  z := x + 1  y ~ normal(z, 1) }
    query reads = E(y[do(x = 5)] | do(z = x)) //= 5
    query shift = E(y[do(x = 5)] | do(z := z + 1)) //= 7
    query fixed = E(y[do(x = 5)] | do(z = 2)) //= 2
    query other = E(y[do(z = x[do(x = 3)])]) //= 3`,
  'of operated models come first': `
    model M { x ~ normal(0, 1)  z := x + 1  y ~ normal(z, 1) }
    model Once = do(M, x = 2)
    model Twice = do(Once, z := z + 1)
    query once = E(y) in Once //= 3
    query twice = E(y) in Twice //= 4
    query other = E(y[do(x = 3)]) in Twice //= 5
    query again = E(y | do(x = 3)) in Twice //= 5`,
  'in loops without a known end': `
    model M {
      var k = 0
      while k < 3 { s[k] ~ normal(k, 1)  k = k + 1 }
      t := s[0] + s[2]
    }
    query seen = E(t | s[2] = 7) //= 7
    query act = E(t | do(s[2] = 7)) //= 7
    query reads = E(t | do(s[2] = s[0] + 1)) //= 1
    query other_world = E(t[do(s[0] = 3)] | s = [0, 1, 2]) //= exactly 5`,
});
