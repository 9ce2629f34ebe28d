/// Distribution function of the standard normal, relatively accurate in the lower tail (as in `erfc`, the square is
/// split); the upper tail is `normal_cdf(-x)`.
fn normal_cdf(x: real): real {
  if x > -1 {
    return 0.5 * erfc(-x / 1.4142135623730951)
  }
  if x < -39 {
    return 0.0
  }
  let coarse = ceil(16 * x) / 16
  return 0.5 * exp(-0.5 * coarse^2) * exp(-0.5 * (x - coarse) * (x + coarse)) * erfcx_tail(-x / 1.4142135623730951)
}

/// log of `normal_cdf`, also where that underflows.
fn normal_logcdf(x: real): real {
  return if x < -1
    then log(0.5 * erfcx_tail(-x / 1.4142135623730951)) - 0.5 * x^2
    else log1p(-0.5 * erfc(x / 1.4142135623730951))
}

/// Quantile of the standard normal, for p from 1e-300 up.
fn normal_quantile(p: real): real = -1.4142135623730951 * erfcinv(2 * p)
