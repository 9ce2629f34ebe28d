/// Binomial distribution: number of successes in `n ≥ 0` trials with probability `p`, 0 ≤ p ≤ 1. Support: 0, 1, …, n.
/// Mass: (n over k) p^k (1 - p)^(n - k). Drawn by counting up the distribution function where n p is below 10, else
/// by transformed rejection with squeeze (Hörmann 1993, algorithm BTRS): the time does not grow with n. Mechanism:
/// the quantile of one uniform. Mean n p, variance n p (1 - p). Example: `wins ~ binomial(96, 0.01)`.
dist binomial(n: int, p: real): int {
  require n >= 0
  require p >= 0 and p <= 1
  support(k) = k >= 0 and k <= n
  draw {
    let rare = min(p, 1 - p)
    let k =
      if n * rare < 10 then binomial_by_counting(n, rare, noise_uniform()) else sample binomial_by_rejection(n, rare)
    return if p > 0.5 then n - k else k
  }
  logpdf(k) = if k >= 0 and k <= n then log_binomial_term(n, k, p) else -infinity
  cdf(k) = if k < 0 then 0.0 else if k >= n then 1.0 else exp(log_beta_i(n - floor(k), floor(k) + 1, 1 - p, p))
  survival(k) = if k < 0 then 1.0 else if k >= n then 0.0 else exp(log_beta_i(floor(k) + 1, n - floor(k), p, 1 - p))
  logcdf(k) = if k < 0 then -infinity else if k >= n then 0.0 else log_beta_i(n - floor(k), floor(k) + 1, 1 - p, p)
  quantile(u) = binomial_quantile(n, p, u)
  moment_mean = n * p
  moment_variance = n * p * (1 - p)
}

/// Binomial distribution with n p ≥ 10 and p ≤ 1/2, drawn by Hörmann's (1993) BTRS; `binomial` uses it.
dist binomial_by_rejection(n: int, p: real): int {
  require p <= 0.5
  draw {
    let sd = sqrt(n * p * (1 - p))
    let b = 1.15 + 2.53 * sd
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let alpha = (2.83 + 5.1 / b) * sd
    let mode = floor((n + 1) * p)
    var k = 0
    var accepted = false
    while not accepted {
      let u = noise_uniform() - 0.5
      let v = noise_uniform()
      let us = 0.5 - abs(u)
      k = floor((2 * a / us + b) * u + n * p + 0.5)
      if us >= 0.07 and v <= 0.92 - 4.2 / b {
        accepted = true
      } else if k >= 0 and k <= n {
        let height = log_binomial_term(n, mode, p)
        accepted = log(v * alpha / (a / us^2 + b)) <= log_binomial_term(n, k, p) - height
      }
    }
    return k
  }
  logpdf(k) = if k >= 0 and k <= n then log_binomial_term(n, k, p) else -infinity
}
