/// Laplace (double exponential) distribution: `location` and `scale > 0`. Support: all reals. Density: exp(-|x -
/// location| / scale) / (2 scale). Mechanism: the quantile of one uniform. Mean `location`, variance 2 scale².
/// Example: `error ~ laplace(0, 1)`.
dist laplace(location: real, scale: real): real {
  require scale > 0
  draw {
    let e = noise_exponential()
    return if noise_uniform() < 0.5 then location - scale * e else location + scale * e
  }
  logpdf(x) = -log(2 * scale) - abs(x - location) / scale
  cdf(x) = if x < location then 0.5 * exp((x - location) / scale) else 1 - 0.5 * exp((location - x) / scale)
  survival(x) = if x > location then 0.5 * exp((location - x) / scale) else 1 - 0.5 * exp((x - location) / scale)
  logcdf(x) {
    return if x < location then (x - location) / scale - log(2) else log1p(-0.5 * exp((location - x) / scale))
  }
  quantile(p) = if p < 0.5 then location + scale * log(2 * p) else location - scale * log(2 * (1 - p))
  moment_mean = location
  moment_variance = 2 * scale^2
}
