// A tree of six species that live today: how fast do lineages split, and how fast do they die out? The density of a tree
// under a birth-death process is found by running the process: along each branch lineages split off that we do not see,
// and each of them must have died out, with all its own descendants. Recursion, and trees of any size nobody sees.

/// Age of each node in millions of years, from the root; the leaves live today.
const age = [5.0, 4.862406452197589, 2.0866037802290065, 1.2350618429801936, 0.302169162393619, 0, 0, 0, 0, 0, 0]
/// Left and right child of each node; -1 where there is none.
const left = [1, 5, 3, 4, 7, -1, -1, -1, -1, -1, -1]
const right = [2, 6, 9, 10, 8, -1, -1, -1, -1, -1, -1]
const leaves = 6

/// Whether a lineage of that age has descendants that live today.
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

/// Walks down the branch above a node and all below it; gives the number of leaves. Particles are compared once a node,
/// not at each hidden split: the number of those differs from particle to particle.
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

query weight = evidence() using smc(particles = 500)           //= -16.0438103340
query rates = posterior(lambda, mu) using smc(particles = 500) //= mean lambda 0.3324197, mean mu 0.1407847
