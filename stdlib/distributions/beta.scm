/// Beta distribution with parameters `a > 0` and `b > 0`. Support: 0 < x < 1. Density: x^(a - 1) (1 - x)^(b - 1) /
/// B(a, b). Drawn from two gammas, by their logarithms so that tiny parameters do not underflow; never 0 or 1.
/// Mechanism: the quantile of one uniform. Mean a / (a + b), variance a b / ((a + b)² (a + b + 1)). Example: `share ~
/// beta(2, 5)`.
dist beta(a: real, b: real): real {
  require a > 0
  require b > 0
  support(x) = x > 0 and x < 1
  draw {
    if min(a, b) >= 1 {
      let x = sample gamma(a, 1)
      return min(x / (x + sample gamma(b, 1)), 0.9999999999999999)
    }
    let log_x = log(sample gamma(a + 1, 1)) - noise_exponential() / a
    let log_y = log(sample gamma(b + 1, 1)) - noise_exponential() / b
    return min(max(logistic(log_x - log_y), 2.2250738585072014e-308), 0.9999999999999999)
  }
  logpdf(x) = if x > 0 and x < 1 then log_beta_term(a, b, x, 1 - x) - log(x) - log1p(-x) else -infinity
  cdf(x) = exp(log_beta_i(a, b, x, 1 - x))
  survival(x) = exp(log_beta_i(b, a, 1 - x, x))
  logcdf(x) = log_beta_i(a, b, x, 1 - x)
  quantile(p) = beta_i_inverse(a, b, p)
  moment_mean = a / (a + b)
  moment_variance = a / (a + b) * (b / (a + b)) / (a + b + 1)
}
