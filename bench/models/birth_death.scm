// A tree of 54 species that live today, drawn from the process at lambda 0.2 and mu 0.08 (examples/birth_death.scm says how it works).
const age = [
  28, 26.1278, 9.1433, 6.5977, 6.2912, 0.1064, 0, 0, 4.7844, 0.5396, 0, 0, 0, 6.4862, 0, 2.3193, 0, 0, 0.1403, 0, 0,
  18.1154, 12.8594, 11.3764, 8.1407, 8.0186, 7.3345, 3.1092, 0.4709, 0, 0, 0, 0, 7.742, 2.4671, 0, 2.4302, 0, 0, 0,
  3.8106, 2.3001, 0, 0, 2.8514, 1.2776, 0, 0, 0.7531, 0, 0, 10.34, 2.2415, 1.8767, 0, 0, 1.0715, 0, 0.7754, 0, 0,
  1.4394, 0, 0, 5.719, 4.0554, 0, 4.0118, 0, 0, 1.2168, 0, 0, 6.9154, 5.9793, 2.9988, 0, 2.2591, 0, 0, 5.9101, 1.9865,
  0, 0, 0, 5.1681, 0, 1.3365, 0, 0.9688, 0, 0, 14.9316, 0, 9.2557, 7.8541, 0, 4.4364, 3.826, 0, 3.3359, 0, 0, 0, 4.5751,
  0, 0
]
const left = [
  1, 2, 3, 4, 5, 6, -1, -1, 9, 10, -1, -1, -1, 14, -1, 16, -1, -1, 19, -1, -1, 22, 23, 24, 25, 26, 27, 28, 29, -1, -1,
  -1, -1, 34, 35, -1, 37, -1, -1, -1, 41, 42, -1, -1, 45, 46, -1, -1, 49, -1, -1, 52, 53, 54, -1, -1, 57, -1, 59, -1,
  -1, 62, -1, -1, 65, 66, -1, 68, -1, -1, 71, -1, -1, 74, 75, 76, -1, 78, -1, -1, 81, 82, -1, -1, -1, 86, -1, 88, -1,
  90, -1, -1, 93, -1, 95, 96, -1, 98, 99, -1, 101, -1, -1, -1, 105, -1, -1
]
const right = [
  92, 21, 18, 13, 8, 7, -1, -1, 12, 11, -1, -1, -1, 15, -1, 17, -1, -1, 20, -1, -1, 73, 64, 51, 40, 33, 32, 31, 30, -1,
  -1, -1, -1, 39, 36, -1, 38, -1, -1, -1, 44, 43, -1, -1, 48, 47, -1, -1, 50, -1, -1, 61, 56, 55, -1, -1, 58, -1, 60,
  -1, -1, 63, -1, -1, 70, 67, -1, 69, -1, -1, 72, -1, -1, 85, 80, 77, -1, 79, -1, -1, 84, 83, -1, -1, -1, 87, -1, 89,
  -1, 91, -1, -1, 94, -1, 104, 97, -1, 103, 100, -1, 102, -1, -1, -1, 106, -1, -1
]
const leaves = 54

fn survives(t: real, lambda: real, mu: real): bool {
  let next = t - sample exponential(lambda + mu)
  if next < 0 {
    return true
  }
  if sample bernoulli(lambda / (lambda + mu)) {
    return survives(next, lambda, mu) or survives(next, lambda, mu)
  }
  return false
}

fn branch(node: int, from: real, lambda: real, mu: real): int {
  let to = age[node]
  var t = from
  while t > to {
    t = t - sample exponential(lambda)
    if t > to {
      observe not survives(t, lambda, mu)
      factor log(2)
    }
  }
  factor -mu * (from - to)
  if left[node] < 0 {
    resample
    return 1
  }
  factor log(lambda)
  resample
  return branch(left[node], to, lambda, mu) + branch(right[node], to, lambda, mu)
}

model Tree {
  lambda ~ gamma(1, 1)
  mu ~ gamma(shape = 1, scale = 0.5)
  let seen = branch(left[0], age[0], lambda, mu) + branch(right[0], age[0], lambda, mu)
  observe seen == leaves
  factor (leaves - 1) * log(2) - lgamma(leaves + 1)
}

query weight = evidence() using smc(replicas = 1) //= -279.957995
query apart = evidence() using smc(replicas = 8)
