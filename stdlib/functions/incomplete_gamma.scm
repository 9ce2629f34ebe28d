/// Regularised lower incomplete gamma function P(a, x), for a > 0: the distribution function of gamma(a, 1) at x.
/// Relative accuracy 1e-13 in the lower tail, for a from 1e-3 to 1e9.
fn gamma_p(a: real, x: real): real = exp(log_gamma_p(a, x))

/// Regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), relatively accurate in the upper tail.
fn gamma_q(a: real, x: real): real = exp(log_gamma_q(a, x))

/// log P(a, x), also where P underflows.
fn log_gamma_p(a: real, x: real): real {
  if x <= 0 {
    return -infinity
  }
  if x == infinity {
    return 0.0
  }
  if gamma_is_near(a, x) {
    return log_gamma_uniform(a, x, -1)
  }
  if x < a + 1 {
    return log_gamma_series(a, x)
  }
  return log1p(-exp(log_gamma_fraction(a, x)))
}

/// log Q(a, x), also where Q underflows.
fn log_gamma_q(a: real, x: real): real {
  if x <= 0 {
    return 0.0
  }
  if x == infinity {
    return -infinity
  }
  if gamma_is_near(a, x) {
    return log_gamma_uniform(a, x, 1)
  }
  if x >= a + 1 or (a < 1 and x > 1.1) {
    return log_gamma_fraction(a, x)
  }
  if a < 1 {
    return log_gamma_small(a, x)
  }
  return log1p(-exp(log_gamma_series(a, x)))
}

/// Where the uniform expansion serves: a ≥ 12 and x within a factor of about 2.5 of a.
fn gamma_is_near(a: real, x: real): bool = a >= 12 and x > 0.35 * a and x < 2.2 * a

/// log P by its power series at 0 (DLMF 8.11.4).
fn log_gamma_series(a: real, x: real): real {
  var n = a
  var term = 1.0
  var total = 1.0
  while term > 1e-17 * total {
    n = n + 1
    term = term * (x / n)
    total = total + term
  }
  return log_poisson_term(a, x) + log(total)
}

/// log Q by its continued fraction (DLMF 8.9.2, even part), evaluated by the method of Lentz.
fn log_gamma_fraction(a: real, x: real): real {
  var b = x + 1 - a
  var c = 1e300
  var d = 1 / b
  var h = d
  var change = 0.0
  var n = 0
  while abs(change - 1) > 2e-16 and n < 100000 {
    n = n + 1
    let numerator = n * (a - n)
    b = b + 2
    d = 1 / (b + numerator * d)
    c = b + numerator / c
    change = c * d
    h = h * change
  }
  return log_poisson_term(a, x) + log(a * h)
}

/// log Q for a < 1 and x ≤ 1.1, where 1 - P would cancel: Q = 1 - x^a / Γ(a + 1) - x^a / Γ(a) Σ (-x)^n / ((a + n)
/// n!) (Gil, Segura and Temme 2012, section 2.2).
fn log_gamma_small(a: real, x: real): real {
  let exponent = a * log(x) - lgamma1p(a)
  var n = 0
  var term = 1.0
  var total = 0.0
  while abs(term) > 1e-18 {
    n = n + 1
    term = -term * x / n
    total = total + term / (a + n)
  }
  return log(-expm1(exponent) - a * exp(exponent) * total)
}

/// log Q (side = 1) or log P (side = -1) by Temme's uniform expansion: with λ = x / a and η²/2 = λ - 1 - log λ, Q =
/// erfc(η √(a/2)) / 2 + exp(-a η²/2) / √(2πa) S(η). The coefficients of S in η follow backwards from those of η /
/// (λ - 1) (Gil, Segura and Temme 2012, section 2.5).
fn log_gamma_uniform(a: real, x: real, side: int): real {
  let mu = (x - a) / a
  let half_square = -log1p_minus(mu)
  let eta = sign(mu) * sqrt(2 * half_square)
  let f = [
    1.0, -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
    -0.0001787551440329218, 3.919263178522438e-05, -2.1854485106799924e-06, -1.85406221071516e-06,
    8.296711340953087e-07, -1.7665952736826078e-07, 6.707853543401498e-09, 1.0261809784240309e-08,
    -4.382036018453353e-09, 9.14769958223679e-10, -2.551419399494625e-11, -5.830772132550426e-11,
    2.4361948020667415e-11, -5.0276692801141755e-12, 1.1004392031956135e-13, 3.3717632624009856e-13,
    -1.392388722418162e-13, 2.8534893807047445e-14, -5.139111834242572e-16, -1.9752288294349442e-15,
    8.099521156704561e-16
  ]
  var b = 0.0
  var after = 0.0
  var s = 0.0
  for back in 1..len(f) {
    let k = len(f) - 1 - back
    let next = f[k + 1] + (k + 2) * after / a
    after = b
    b = next
    s = s * eta + b
  }
  let correction = side * s / (1 + after / a) / sqrt(6.283185307179586 * a)
  return log_uniform_tail(side * eta, a * half_square, correction)
}

/// log of erfc(√z) / 2 + exp(-z) correction where eta ≥ 0, and of 1 - erfc(√z) / 2 + exp(-z) correction where eta <
/// 0: the common end of the uniform expansions.
fn log_uniform_tail(eta: real, z: real, correction: real): real {
  let tail = 0.5 * erfcx(sqrt(z))
  return if eta >= 0 then log(tail + correction) - z else log1p(exp(-z) * (correction - tail))
}
