/// Gumbel distribution of largest values: `location` and `scale > 0`. Support: all reals. Density: exp(-z - exp(-z))
/// / scale with z = (x - location) / scale. Mechanism: location - scale log(e), with e standard exponential. Mean
/// location + 0.5772 scale, variance π² scale² / 6. Example: `flood ~ gumbel(3, 0.5)`.
dist gumbel(location: real, scale: real): real {
  require scale > 0
  draw = location - scale * log(noise_exponential())
  logpdf(x) {
    let z = (x - location) / scale
    return if z == -infinity then -infinity else -log(scale) - z - exp(-z)
  }
  cdf(x) = exp(-exp((location - x) / scale))
  survival(x) = -expm1(-exp((location - x) / scale))
  logcdf(x) = -exp((location - x) / scale)
  quantile(p) = location - scale * log(-log(p))
  moment_mean = location + 0.5772156649015329 * scale
  moment_variance = (pi * scale)^2 / 6
}
