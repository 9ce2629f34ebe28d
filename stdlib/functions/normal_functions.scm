/// Distribution function of the standard normal, relatively accurate in the lower tail; the upper tail is `normal_cdf(-x)`.
fn normal_cdf(x: real): real = 0.5 * erfc(-x / 1.4142135623730951)

/// log of `normal_cdf`, also where that underflows.
fn normal_logcdf(x: real): real {
  let z = x / 1.4142135623730951
  return if x < -1 then log(0.5 * erfcx(-z)) - z^2 else log1p(-0.5 * erfc(z))
}

/// Quantile of the standard normal, for p from 1e-300 up.
fn normal_quantile(p: real): real = -1.4142135623730951 * erfcinv(2 * p)
