/// Lineages that split at rate lambda and die at rate mu: a tree of three leaves that live today.
/// The density of the tree is found by running the process: every split on a branch hides a side line that has died out.
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

fn branch(from: real, to: real, lambda: real, mu: real): real {
  var weight = -mu * (from - to)
  var t = from - sample exponential(lambda)
  while t > to {
    if survives(t, lambda, mu) {
      return -infinity
    }
    weight = weight + log(2)
    t = t - sample exponential(lambda)
  }
  return weight
}

model Tree {
  lambda ~ gamma(1, 1)
  mu ~ gamma(shape = 1, scale = 0.5)
  factor branch(2, 0, lambda, mu)
  factor branch(2, 1.2, lambda, mu) + log(lambda)
  factor branch(1.2, 0, lambda, mu)
  factor branch(1.2, 0, lambda, mu)
  factor 2 * log(2) - log(6)
}

model Fixed(lambda: real, mu: real) {
  alive := survives(2, lambda, mu)
  factor branch(2, 0, lambda, mu)
}

query weight = evidence() in Tree using importance(samples = 100000)           //= -4.94354592788 (se < 0.1)
query rates = posterior(lambda, mu) in Tree using importance(samples = 100000) //= mean lambda 0.391991520269 (se < 0.05), mean mu 0.205767331327 (se < 0.05)
query alive = P(alive) in Fixed(1, 0.5)                                        //= 0.61269983678
query one = evidence() in Fixed(1, 0.5)                                        //= -1.97976025129
