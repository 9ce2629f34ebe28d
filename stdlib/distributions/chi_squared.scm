/// Chi-squared distribution with `df > 0` degrees of freedom: gamma(df / 2, rate 1/2). Support: x > 0. Density: x^(df
/// / 2 - 1) exp(-x / 2) / (2^(df / 2) Γ(df / 2)). Mechanism: the quantile of one uniform. Mean df, variance 2 df.
/// Example: `misfit ~ chi_squared(5)`.
dist chi_squared(df: real): real {
  require df > 0
  support(x) = x > 0
  draw = 2 * sample gamma(0.5 * df, 1)
  logpdf(x) = if x > 0 then log(0.5 * df) - log(x) + log_poisson_term(0.5 * df, 0.5 * x) else -infinity
  cdf(x) = gamma_p(0.5 * df, 0.5 * x)
  survival(x) = gamma_q(0.5 * df, 0.5 * x)
  logcdf(x) = log_gamma_p(0.5 * df, 0.5 * x)
  quantile(p) = 2 * gamma_p_inverse(0.5 * df, p)
  moment_mean = df
  moment_variance = 2 * df
}
