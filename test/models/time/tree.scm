/// Lineages that split at rate lambda and die at rate mu: a tree of six leaves that live today, given by its nodes. The density of the
/// tree is found by running the process: every split on a branch hides a side line that has died out.
const age = [5.0, 4.862406452197589, 2.0866037802290065, 1.2350618429801936, 0.302169162393619, 0, 0, 0, 0, 0, 0]
/// Left and right child of each node; -1 where there is none.
const left = [1, 5, 3, 4, 7, -1, -1, -1, -1, -1, -1]
const right = [2, 6, 9, 10, 8, -1, -1, -1, -1, -1, -1]
const leaves = 6

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

/// Walks a branch from its older to its younger end, and then the branches below it.
fn branch(node: int, from: real, lambda: real, mu: real): int {
  let to = age[node]
  var t = from - sample exponential(lambda)
  var open = true
  while open and t > to {
    if survives(t, lambda, mu) {
      factor -infinity
      open = false
    } else {
      factor log(2)
      t = t - sample exponential(lambda)
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

query weight = evidence() using smc(particles = 2000)           //= -16.0438103340 (se < 0.15)
query rates = posterior(lambda, mu) using smc(particles = 2000) //= mean lambda 0.3324197 (se < 0.05), mean mu 0.1407847 (se < 0.05)
