/// Half-normal distribution: the absolute value of a normal with mean 0 and standard deviation `sd > 0`. Support: x ≥
/// 0. Density: √(2/π) exp(-x² / (2 sd²)) / sd. Mechanism: the quantile sd √2 erfinv(u). Mean sd √(2/π), variance sd²
/// (1 - 2/π). Example: `sigma ~ half_normal(0.5)`.
dist half_normal(sd: real): real {
  require sd > 0
  support(x) = x >= 0
  draw = abs(sd * noise_normal())
  logpdf(x) = if x >= 0 then 0.5 * log(2 / pi) - log(sd) - 0.5 * (x / sd)^2 else -infinity
  cdf(x) = if x > 0 then erf(x / (sd * sqrt(2))) else 0.0
  survival(x) = if x > 0 then erfc(x / (sd * sqrt(2))) else 1.0
  quantile(p) = sd * sqrt(2) * erfinv(p)
  moment_mean = sd * sqrt(2 / pi)
  moment_variance = sd^2 * (1 - 2 / pi)
}
