/// Beta-binomial distribution: number of successes in `n ≥ 0` trials whose common probability is beta(a, b), `a > 0`
/// and `b > 0`. Support: 0, 1, …, n.
/// Mass: (n over k) B(k + a, n - k + b) / B(a, b). Drawn as a beta and then a binomial. Mechanism: the quantile of one
/// uniform. Mean n a / (a + b), variance n a b (a + b + n) / ((a + b)² (a + b + 1)). The time of cdf and quantile grows
/// with the number of values that have mass.
/// Example: `defects ~ beta_binomial(n = 20, a = 1, b = 9)`.
dist beta_binomial(n: int, a: real, b: real): int {
  require n >= 0
  require a > 0
  require b > 0
  support(k) = k >= 0 and k <= n
  draw = sample binomial(n, sample beta(a, b))
  logpdf(k) = log_beta_binomial_term(n, k, a, b)
  cdf(k) {
    if k < 0 or k >= n {
      return if k < 0 then 0.0 else 1.0
    }
    let below = floor(k)
    return if below < n * (a / (a + b))
      then exp(log_beta_binomial_below(n, below, a, b))
      else -expm1(log_beta_binomial_below(n, n - below - 1, b, a))
  }
  survival(k) {
    if k < 0 or k >= n {
      return if k < 0 then 1.0 else 0.0
    }
    let below = floor(k)
    return if below < n * (a / (a + b))
      then -expm1(log_beta_binomial_below(n, below, a, b))
      else exp(log_beta_binomial_below(n, n - below - 1, b, a))
  }
  logcdf(k) {
    if k < 0 or k >= n {
      return if k < 0 then -infinity else 0.0
    }
    let below = floor(k)
    return if below < n * (a / (a + b))
      then log_beta_binomial_below(n, below, a, b)
      else log1m_exp(log_beta_binomial_below(n, n - below - 1, b, a))
  }
  quantile(u) = quantile_by_bisection(beta_binomial(n, a, b), u, 0, n)
  moment_mean = n * (a / (a + b))
  moment_variance = n * (a / (a + b)) * (b / (a + b)) * ((a + b + n) / (a + b + 1))
}
