/// Pareto distribution: `shape > 0` and the least value `scale > 0`. Support: x ≥ scale. Density: shape scale^shape /
/// x^(shape + 1). Mechanism: scale exp(e / shape), with e standard exponential. Mean shape scale / (shape - 1) for
/// shape > 1, else infinite. Example: `claim ~ pareto(shape = 3, scale = 1000)`.
dist pareto(shape: real, scale: real): real {
  require shape > 0
  require scale > 0
  support(x) = x >= scale
  draw = scale * exp(noise_exponential() / shape)
  logpdf(x) = if x >= scale then log(shape / scale) - (shape + 1) * log(x / scale) else -infinity
  cdf(x) = if x > scale then -expm1(-shape * log1p((x - scale) / scale)) else 0.0
  survival(x) = if x > scale then exp(-shape * log1p((x - scale) / scale)) else 1.0
  quantile(p) = scale * exp(-log1p(-p) / shape)
  moment_mean = if shape > 1 then shape * scale / (shape - 1) else infinity
  moment_variance = if shape > 2 then scale^2 * shape / ((shape - 1)^2 * (shape - 2)) else infinity
}
