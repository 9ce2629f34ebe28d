/// Point mass at `value`, a number. Support: the value. Mass: 1 at the value, so that its log is 0 there and
/// -infinity elsewhere; a mixture of a point with a continuous part is `zero_inflated`, where the two are kept apart.
/// Mechanism: the value, without noise. Mean `value`, variance 0. Example: `baseline ~ delta(3.5)`.
dist delta(value) {
  support(x) = x == value
  draw = value
  abduct(x) = zeros(0)
  logpdf(x) = if x == value then 0.0 else -infinity
  cdf(x) = if x >= value then 1.0 else 0.0
  survival(x) = if x >= value then 0.0 else 1.0
  logcdf(x) = if x >= value then 0.0 else -infinity
  quantile(p) = value
  moment_mean = real(value)
  moment_variance = 0.0
}
