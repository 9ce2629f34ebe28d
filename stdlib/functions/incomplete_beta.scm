/// Regularised incomplete beta function I_x(a, b), for a, b > 0: the distribution function of beta(a, b) at x.
/// Relative accuracy 1e-13 in the lower tail, for parameters from 1e-3 to 1e6; its complement in the upper tail is
/// `beta_i(b, a, 1 - x)`.
fn beta_i(a: real, b: real, x: real): real = exp(log_beta_i(a, b, x, 1 - x))

/// log I_x(a, b), also where it underflows. Both x and y = 1 - x are given, so that neither needs to be rounded
/// near 1. The continued fraction serves on the side where it converges fast, the complement on the other; both
/// parameters large: the uniform expansion near the mean.
fn log_beta_i(a: real, b: real, x: real, y: real): real {
  if x <= 0 {
    return -infinity
  }
  if y <= 0 {
    return 0.0
  }
  let lead = a * y - b * x
  if min(a, b) > 1000 and abs(lead) < 0.2 * min(a, b) {
    return log_beta_uniform(a, b, x, y)
  }
  if lead >= x - y {
    return log_beta_fraction(a, b, x, y)
  }
  return log1p(-exp(log_beta_fraction(b, a, y, x)))
}

/// log of x^a y^b / B(a, b) for y = 1 - x: the density of beta(a, b) times x y. For large parameters Loader's
/// (2000) form, in which nothing large cancels.
fn log_beta_term(a: real, b: real, x: real, y: real): real {
  if x <= 0 or y <= 0 {
    return -infinity
  }
  if min(a, b) < 2.5 {
    let log_x = if x < 0.5 then log(x) else log1p(-y)
    let log_y = if y < 0.5 then log(y) else log1p(-x)
    return a * log_x + b * log_y - lbeta(a, b)
  }
  return -beta_deviance(a, b, x, y)
    + 0.5 * log(a * (b / (a + b)) / 6.283185307179586)
    + stirling_error(a + b)
    - stirling_error(a)
    - stirling_error(b)
}

/// a log(a / (n x)) + b log(b / (n y)) with n = a + b: how far x is from the mean a / n, without cancellation near
/// it.
fn beta_deviance(a: real, b: real, x: real, y: real): real {
  let lead = a * y - b * x
  return deviance(a, (a + b) * x, -lead) + deviance(b, (a + b) * y, lead)
}

/// log I_x(a, b) by the continued fraction of Didonato and Morris (1992, TOMS 708, BFRAC), evaluated by the method
/// of Lentz; for x up to about the mean.
fn log_beta_fraction(a: real, b: real, x: real, y: real): real {
  let lead = a * y - b * x + 1
  var f = a * lead / (a + 1)
  if f == 0 {
    f = 1e-300
  }
  var c = f
  var d = 0.0
  var change = 0.0
  var n = 0
  while abs(change - 1) > 2e-16 and n < 100000 {
    n = n + 1
    let even = a + 2 * n - 1
    let numerator = (a + n - 1) / even * x * ((a + b + n - 1) / even) * x * n * (b - n)
    let denominator = n + n * (b - n) * x / even + (a + n) * (lead + n * (1 + y)) / (even + 2)
    d = 1 / (denominator + numerator * d)
    c = denominator + numerator / c
    change = c * d
    f = f * change
  }
  return log_beta_term(a, b, x, y) - log(f)
}

/// log I_x(a, b) by the uniform expansion in the manner of Temme (1992): with x₀ = a / (a + b), n = a + b and -η²/2
/// = x₀ log(x/x₀) + (1 - x₀) log((1 - x)/(1 - x₀)), I = erfc(-η √(n/2)) / 2 - exp(-n η²/2) / √(2πn) S(η). In the
/// standardised w = (x - x₀) / √(x₀ (1 - x₀)), which has w w' = η (1 + c w - w²), the coefficients of w, then of f
/// = η / w, then (backwards) of S follow one after another.
fn log_beta_uniform(a: real, b: real, x: real, y: real): real {
  let n = a + b
  let lead = a * y - b * x
  let z = beta_deviance(a, b, x, y)
  let skew = (b - a) / sqrt(a * b)
  let terms = 14
  var w = fill(terms + 1, 1.0)
  var f = fill(terms, 1.0)
  for k in 1..=terms {
    var known = skew * w[k - 1]
    for i in 0..k - 1 {
      known = known - w[i] * w[k - 2 - i]
    }
    for i in 1..k {
      known = known - (i + 1) * w[i] * w[k - i]
    }
    w[k] = known / (k + 2)
  }
  for k in 1..terms {
    var known = 0.0
    for i in 1..=k {
      known = known - w[i] * f[k - i]
    }
    f[k] = known
  }
  let eta = -sign(lead) * sqrt(2 * z / n)
  var s = 0.0
  var t = 0.0
  var after = 0.0
  for back in 2..=terms {
    let k = terms - back
    let next = f[k + 1] + (k + 2) * after / n
    after = t
    t = next
    s = s * eta + t
  }
  return log_uniform_tail(-eta, z, -s / (1 + after / n) / sqrt(6.283185307179586 * n))
}
