/// Censored distribution: a draw from the distribution `d` of numbers, moved to `low` where it is below and to `high`
/// where it is above; either may be infinite. It needs the cdf, survival and quantile of d. Values are reals, also
/// those of a discrete distribution. Support: low ≤ x ≤ high. Mass or density: at `low`, P(d ≤ low); at `high`, P(d ≥
/// high); between them the density (or mass) of d. Mechanism: that of d, then the cut; a value seen at a bound is
/// explained by what lies beyond it. Mean and variance have no closed form and are not given. Example: `survived ~ censored(weibull(1.5, 10), 0, 5)`.
dist censored(d: dist, low: real, high: real): real {
  require low < high
  support(x) = x >= low and x <= high
  draw = min(max(real(sample d), low), high)
  abduct(x) {
    if x <= low {
      return abduct(d, quantile(d, noise_uniform() * cdf(d, low)))
    }
    if x >= high {
      return abduct(d, upper_quantile(d, noise_uniform() * survival(d, just_below(high))))
    }
    return abduct(d, x)
  }
  logpdf(x) {
    if x < low or x > high {
      return -infinity
    }
    if x == low {
      return logcdf(d, low)
    }
    return if x == high then log(survival(d, just_below(high))) else logpdf(d, x)
  }
  cdf(x) = if x < low then 0.0 else if x >= high then 1.0 else cdf(d, x)
  survival(x) = if x < low then 1.0 else if x >= high then 0.0 else survival(d, x)
  quantile(p) = min(max(real(quantile(d, p)), low), high)
}
