/// Normal distribution: mean and standard deviation, `sd > 0`. Support: all reals. Density: exp(-((x - mean) / sd)² /
/// 2) / (sd √(2π)). Mechanism: mean + sd z, with z standard normal. Mean `mean`, variance `sd²`. Example:
/// `temperature ~ normal(25, 5)`.
dist normal(mean: real, sd: real): real {
  require sd > 0
  draw = mean + sd * noise_normal()
  logpdf(x) = -0.5 * ((x - mean) * (1 / sd))^2 - log(sd) - 0.5 * log(2 * pi)
  cdf(x) = normal_cdf((x - mean) / sd)
  survival(x) = normal_cdf((mean - x) / sd)
  logcdf(x) = normal_logcdf((x - mean) / sd)
  quantile(p) = mean + sd * normal_quantile(p)
  moment_mean = mean
  moment_variance = sd^2
}
