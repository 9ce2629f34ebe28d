/// Inverse gamma distribution: `shape > 0` and `scale > 0`; scale / x is gamma(shape, 1). Support: x > 0. Density:
/// scale^shape x^(-shape - 1) exp(-scale / x) / Γ(shape). Mechanism: the quantile of one uniform. Mean scale / (shape
/// - 1) for shape > 1, variance mean² / (shape - 2) for shape > 2, else infinite. Example: `variance ~
/// inverse_gamma(3, 2)`.
dist inverse_gamma(shape: real, scale: real): real {
  require shape > 0
  require scale > 0
  support(x) = x > 0
  draw = min(scale / sample gamma(shape, 1), 1.7976931348623157e308)
  logpdf(x) = if x > 0 then log(shape) - log(x) + log_poisson_term(shape, scale / x) else -infinity
  cdf(x) = if x > 0 then gamma_q(shape, scale / x) else 0.0
  survival(x) = if x > 0 then gamma_p(shape, scale / x) else 1.0
  logcdf(x) = if x > 0 then log_gamma_q(shape, scale / x) else -infinity
  quantile(p) = scale / gamma_q_inverse(shape, p)
  moment_mean = if shape > 1 then scale / (shape - 1) else infinity
  moment_variance = if shape > 2 then (scale / (shape - 1))^2 / (shape - 2) else infinity
}
