/// Point mass at `value`, a number. Its mass at the value is 1, so that its log density is 0 there and -infinity
/// elsewhere; a mixture of a point with a continuous part is `zero_inflated`, where the two are kept apart.
/// Mechanism: the value, without noise. Mean `value`, variance 0.
/// Example: `dose ~ if treated then normal(5, 1) else delta(0.0)`.
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
