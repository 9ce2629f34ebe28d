/// Multinomial distribution: how often each of len(p) labels comes in `n ≥ 0` independent choices with probabilities
/// `p`, which sum to 1. Support: arrays of len(p) counts with sum n. Mass: n! / (x₁! … xₖ!) p₁^x₁ … pₖ^xₖ. Drawn as
/// binomials, one after another. Mechanism: n races of exponentials as in `categorical`, so that no answer hangs on
/// the order of the labels; its time grows with n. Mean n p, variance n p (1 - p). Example: `votes ~ multinomial(100,
/// [0.5, 0.3, 0.2])`.
dist multinomial(n: int, p: vector): int[] {
  require n >= 0
  require is_simplex(p)
  support(x) = len(x) == len(p) and sum(x) == n and all([k >= 0 for k in x])
  draw {
    var counts = fill(len(p), 0)
    var rest = n
    var mass = sum(p)
    for i in 0..len(p) {
      let left = sum(slice(p, i + 1, len(p)))
      counts[i] = if left > 0 then sample binomial(rest, p[i] / mass) else rest
      rest = rest - counts[i]
      mass = left
    }
    return counts
  }
  mechanism {
    var counts = fill(len(p), 0)
    for i in 0..n {
      let winner = race(p)
      counts[winner] = counts[winner] + 1
    }
    return counts
  }
  abduct(x) = [z for k in shuffle([k for k in 0..len(x) for i in 0..x[k]]) for z in race_noise(p, k)]
  logpdf(x) {
    if len(x) != len(p) or sum(x) != n {
      return -infinity
    }
    var total = 0.0
    var rest = n
    var mass = sum(p)
    for i in 0..len(p) {
      let left = sum(slice(p, i + 1, len(p)))
      if x[i] < 0 or (p[i] == 0 and x[i] > 0) {
        return -infinity
      }
      if mass > 0 {
        total = total + log_binomial_mass(rest, x[i], p[i] / mass, left / mass)
      }
      rest = rest - x[i]
      mass = left
    }
    return total
  }
  moment_mean = [n * w / sum(p) for w in p]
  moment_variance = [n * (w / sum(p)) * (1 - w / sum(p)) for w in p]
}
