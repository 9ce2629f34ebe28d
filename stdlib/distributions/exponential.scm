/// Exponential distribution with rate `rate > 0`. Support: x ≥ 0. Density: rate exp(-rate x). Mechanism: e / rate,
/// with e standard exponential. Mean 1 / rate, variance 1 / rate². Example: `waiting ~ exponential(2)`.
dist exponential(rate: real): real {
  require rate > 0
  support(x) = x >= 0
  draw = noise_exponential() / rate
  logpdf(x) = if x >= 0 then log(rate) - rate * x else -infinity
  cdf(x) = if x > 0 then -expm1(-rate * x) else 0.0
  survival(x) = if x > 0 then exp(-rate * x) else 1.0
  logcdf(x) = if x > 0 then log1m_exp(-rate * x) else -infinity
  quantile(p) = -log1p(-p) / rate
  moment_mean = 1 / rate
  moment_variance = 1 / rate^2
}

/// Exponential distribution by its scale, the mean: `exponential(scale = 2)`.
dist exponential(scale: real): real {
  require scale > 0
  support(x) = x >= 0
  draw = noise_exponential() * scale
  logpdf(x) = if x >= 0 then -log(scale) - x / scale else -infinity
  cdf(x) = if x > 0 then -expm1(-x / scale) else 0.0
  survival(x) = if x > 0 then exp(-x / scale) else 1.0
  logcdf(x) = if x > 0 then log1m_exp(-x / scale) else -infinity
  quantile(p) = -log1p(-p) * scale
  moment_mean = scale
  moment_variance = scale^2
}
