/// Functions, loops, comprehensions and matrices without randomness: the answers are exact.
const m = [[2.0, 1.0], [1.0, 3.0]]

fn horner(xs: vector, at: real): real {
  var total = 0.0
  for x in xs {
    total = total * at + x
  }
  return total
}

fn gcd(a: int, b: int): int = if b == 0 then a else gcd(b, a % b)

fn collatz(start: int): int {
  var n = start
  var steps = 0
  while n != 1 {
    n = if n % 2 == 0 then floor(n / 2) else 3 * n + 1
    steps = steps + 1
  }
  return steps
}

model Known {
  a := horner([1, -2, 3], 2)
  b := gcd(84, 36)
  c := collatz(27)
  d := sum([i * j for i in 1..=4 for j in 0..i if (i + j) % 2 == 0])
  e := -2^2 + 2^3^2 / 2^-1
  f := dot(solve(m, [3.0, 5.0]), [1.0, 10.0])
  g := sum([x for row in matmul(m, transpose(m)) for x in row])
  h := lgamma(7.5) + digamma(2.5) + erf(0.3) + erfc(1.2)
  i := max(sort([3, 1, 2])[1], len(range(5))) + min([4, 2, 9])
  j := floor(-2.5) + round(2.4) + abs(-3)
  k := mean(zeros(3)) + prod([1.5, 2, 3]) + cumsum([1, 2, 3])[2]
  l := cholesky([[4.0, 2.0], [2.0, 5.0]])[1][1]
  t := tan(0.5)
}

query a = E(a) //= exactly 3
query b = E(b) //= exactly 12
query c = E(c) //= exactly 111
query d = E(d) //= exactly 11.0
query e = E(e) //= exactly 1020
query f = E(f) //= exactly 14.8
query g = E(g) //= exactly 25
query h = E(h) //= exactly 8.65583365863
query i = E(i) //= exactly 7
query j = E(j) //= exactly 2
query k = E(k) //= exactly 15
query l = E(l) //= exactly 2
query t = E(t) //= exactly 0.5463024898437905
