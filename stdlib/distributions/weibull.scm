/// Weibull distribution: `shape > 0` and `scale > 0`. Support: x ≥ 0. Density: shape / scale (x / scale)^(shape - 1)
/// exp(-(x / scale)^shape). Mechanism: scale e^(1 / shape), with e standard exponential. Mean scale Γ(1 + 1/shape),
/// variance scale² (Γ(1 + 2/shape) - Γ(1 + 1/shape)²). Example: `lifetime ~ weibull(1.5, 10)`.
dist weibull(shape: real, scale: real): real {
  require shape > 0
  require scale > 0
  support(x) = x >= 0
  draw = scale * noise_exponential()^(1 / shape)
  logpdf(x) {
    if not (x >= 0) {
      return -infinity
    }
    if x == 0 {
      return if shape > 1 then -infinity else if shape == 1 then -log(scale) else infinity
    }
    return log(shape / scale) + (shape - 1) * log(x / scale) - (x / scale)^shape
  }
  cdf(x) = if x > 0 then -expm1(-(x / scale)^shape) else 0.0
  survival(x) = if x > 0 then exp(-(x / scale)^shape) else 1.0
  logcdf(x) = if x > 0 then log1m_exp(-(x / scale)^shape) else -infinity
  quantile(p) = scale * (-log1p(-p))^(1 / shape)
  moment_mean = scale * exp(lgamma(1 + 1 / shape))
  moment_variance = scale^2 * (exp(lgamma(1 + 2 / shape)) - exp(2 * lgamma(1 + 1 / shape)))
}
