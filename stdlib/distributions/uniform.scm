/// Uniform distribution on the interval from `low` to `high`, `low < high`. Support: low ≤ x ≤ high. Density: 1 /
/// (high - low). Mechanism: low + (high - low) u. Mean (low + high) / 2, variance (high - low)² / 12. Example: `phase
/// ~ uniform(0, 1)`.
dist uniform(low: real, high: real): real {
  require low < high
  support(x) = x >= low and x <= high
  draw = low + (high - low) * noise_uniform()
  logpdf(x) = if x >= low and x <= high then -log(high - low) else -infinity
  cdf(x) = min(max((x - low) / (high - low), 0.0), 1.0)
  survival(x) = min(max((high - x) / (high - low), 0.0), 1.0)
  quantile(p) = low + (high - low) * p
  moment_mean = 0.5 * (low + high)
  moment_variance = (high - low)^2 / 12
}
