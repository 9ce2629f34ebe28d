/// log(1 + x), accurate for small x: what rounding 1 + x takes away cancels in x / (u - 1) (Kahan; Higham, Accuracy
/// and Stability of Numerical Algorithms, section 1.14.1).
fn log1p(x: real): real {
  let u = 1 + x
  return if u == 1 or u == infinity then x else log(u) * (x / (u - 1))
}

/// exp(x) - 1, accurate for small x, by the inverse of the same device.
fn expm1(x: real): real {
  let u = exp(x)
  return if abs(x) > 1 then u - 1 else if u == 1 then x else (u - 1) * (x / log(u))
}

/// log(1 + x) - x without cancellation, for x > -1: in s = x / (2 + x) it is s (2 s² (1/3 + s²/5 + …) - x), with
/// the series as a rational function fitted on |s| ≤ 1/4 (error 6e-17).
fn log1p_minus(x: real): real {
  if x < -0.4 or x > 0.6666 {
    return log1p(x) - x
  }
  let s = x / (2 + x)
  let z = s^2
  let p = ((-0.001219991150587413 * z + 0.10890092764301318) * z - 0.404378540494798) * z + 0.33333333333333337
  let q = ((-0.15154281793476315 * z + 0.9860127272302747) * z - 1.8131356214843235) * z + 1.0
  return s * (2 * z * (p / q) - x)
}

/// log(1 - exp(x)) for x ≤ 0 (Mächler 2012).
fn log1m_exp(x: real): real = if x > -0.6931471805599453 then log(-expm1(x)) else log1p(-exp(x))

/// log(1 + x²) without overflow.
fn log1p_square(x: real): real {
  let size = abs(x)
  return if size > 1e100 then 2 * log(size) else log1p(x^2)
}

/// Logarithm to base 10.
fn log10(x: real): real = log(x) / 2.302585092994046

/// Logarithm to base 2.
fn log2(x: real): real = log(x) / 0.6931471805599453
