/// A continuous distribution of real numbers, cut to the interval from `low` to `high` (either may be infinite), which must have
/// positive probability. It needs the distribution's cdf, survival and quantile.
/// Mechanism: the quantile of one uniform. Above the median all goes by the survival function, so that far tails stay accurate.
dist truncated(d: dist, low: real, high: real): real {
  require low < high
  require cdf(d, high) > cdf(d, low) or survival(d, low) > survival(d, high)
  support(x) = x >= low and x <= high
  logpdf(x) {
    if x < low or x > high { return -infinity }
    return logpdf(d, x) - log(if survival(d, low) < 0.5 then survival(d, low) - survival(d, high) else cdf(d, high) - cdf(d, low))
  }
  cdf(x) {
    if x <= low { return 0.0 }
    if x >= high { return 1.0 }
    if survival(d, low) < 0.5 { return (survival(d, low) - survival(d, x)) / (survival(d, low) - survival(d, high)) }
    return (cdf(d, x) - cdf(d, low)) / (cdf(d, high) - cdf(d, low))
  }
  survival(x) {
    if x <= low { return 1.0 }
    if x >= high { return 0.0 }
    if survival(d, x) < 0.5 {
      let mass = if survival(d, low) < 0.5 then survival(d, low) - survival(d, high) else cdf(d, high) - cdf(d, low)
      return (survival(d, x) - survival(d, high)) / mass
    }
    return (cdf(d, high) - cdf(d, x)) / (cdf(d, high) - cdf(d, low))
  }
  quantile(p) {
    let above = survival(d, low)
    if above >= 0.5 {
      let below = cdf(d, low)
      return min(max(quantile(d, below + p * (cdf(d, high) - below)), low), high)
    }
    // the survival to reach; where 1 minus it keeps enough digits, the distribution's own quantile does
    let target = above - p * (above - survival(d, high))
    if target > 0.01 { return min(max(quantile(d, 1 - target), low), high) }
    // else Newton on the log survival, between bounds
    var left = low
    var right = high
    var x = max(low, quantile(d, 0.99))
    var step = infinity
    var steps = 0
    while abs(step) > 1e-13 * max(1.0, abs(x)) and steps < 200 {
      steps = steps + 1
      let tail = survival(d, x)
      if tail > target { left = x } else { right = x }
      let slope = exp(logpdf(d, x)) / tail
      let newton = x + log(tail / target) / slope
      let safe = if right == infinity then 2 * abs(x) + 1 else 0.5 * (left + right)
      let proposal = if newton >= left and newton <= right then newton else safe
      step = proposal - x
      x = proposal
    }
    return x
  }
}
