/// Log-normal distribution: `mean` and `sd > 0` of the logarithm. Support: x > 0. Density: exp(-((log x - mean) /
/// sd)² / 2) / (x sd √(2π)). Mechanism: exp(mean + sd z), with z standard normal. Mean exp(mean + sd²/2), variance
/// (exp(sd²) - 1) exp(2 mean + sd²). Example: `income ~ lognormal(mean = 10, sd = 0.5)`.
dist lognormal(mean: real, sd: real): real {
  require sd > 0
  support(x) = x > 0
  draw = exp(mean + sd * noise_normal())
  logpdf(x) {
    if not (x > 0) {
      return -infinity
    }
    return -0.5 * ((log(x) - mean) / sd)^2 - log(x) - log(sd) - 0.5 * log(2 * pi)
  }
  cdf(x) = if x > 0 then normal_cdf((log(x) - mean) / sd) else 0.0
  survival(x) = if x > 0 then normal_cdf((mean - log(x)) / sd) else 1.0
  logcdf(x) = if x > 0 then normal_logcdf((log(x) - mean) / sd) else -infinity
  quantile(p) = exp(mean + sd * normal_quantile(p))
  moment_mean = exp(mean + 0.5 * sd^2)
  moment_variance = expm1(sd^2) * exp(2 * mean + sd^2)
}
