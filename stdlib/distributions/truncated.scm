/// A distribution of numbers, cut to the interval from `low` to `high` (both included, either may be infinite), which
/// must have positive probability. It needs the distribution's cdf, survival and quantile. Values are reals, also
/// those of a discrete distribution. Support: low ≤ x ≤ high. Density: that of the distribution over the probability
/// of the interval. Mechanism: the quantile of one uniform. Above the median all goes by the survival function, so
/// that far tails stay accurate. Mean and variance have no closed form and are not given. Example: `speed ~
/// truncated(normal(50, 10), 0, infinity)`.
dist truncated(d: dist, low: real, high: real): real {
  require low < high
  require interval_mass(d, low, high) > 0
  support(x) = x >= low and x <= high
  abduct(x) {
    let below = cdf(truncated(d, low, high), just_below(x))
    return [below + noise_uniform() * (cdf(truncated(d, low, high), x) - below)]
  }
  logpdf(x) = if x >= low and x <= high then logpdf(d, x) - log(interval_mass(d, low, high)) else -infinity
  cdf(x) = if x < low then 0.0 else if x >= high then 1.0 else interval_mass(d, low, x) / interval_mass(d, low, high)
  survival(x) {
    if x < low {
      return 1.0
    }
    if x >= high {
      return 0.0
    }
    let above = if survival(d, x) < 0.5 then survival(d, x) - survival(d, high) else cdf(d, high) - cdf(d, x)
    return above / interval_mass(d, low, high)
  }
  quantile(p) {
    let above = survival(d, just_below(low))
    if above >= 0.5 {
      let below = cdf(d, just_below(low))
      return min(max(quantile(d, below + p * (cdf(d, high) - below)), low), high)
    }
    return min(max(upper_quantile(d, above - p * (above - survival(d, high))), low), high)
  }
}
