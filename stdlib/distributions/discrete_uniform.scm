/// Uniform distribution on the whole numbers from `low` to `high`, both included. Support: low, …, high. Mass: 1 /
/// (high - low + 1). Mechanism: low + floor((high - low + 1) u). Mean (low + high) / 2, variance ((high - low + 1)² -
/// 1) / 12. Example: `die ~ discrete_uniform(1, 6)`.
dist discrete_uniform(low: int, high: int): int {
  require low <= high
  support(k) = k >= low and k <= high
  draw = low + floor(noise_uniform() * (high - low + 1))
  logpdf(k) = if k >= low and k <= high then -log(high - low + 1) else -infinity
  cdf(k) = min(max((floor(k) - low + 1) / (high - low + 1), 0.0), 1.0)
  survival(k) = min(max((high - floor(k)) / (high - low + 1), 0.0), 1.0)
  quantile(u) = min(max(low + ceil(u * (high - low + 1)) - 1, low), high)
  moment_mean = 0.5 * (low + high)
  moment_variance = ((high - low + 1)^2 - 1) / 12
}
