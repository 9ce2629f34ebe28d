/// Hyperbolic sine, without cancellation near 0.
fn sinh(x: real): real {
  let size = abs(x)
  if size > 700 {
    return sign(x) * exp(size - log(2))
  }
  let e = expm1(size)
  return sign(x) * 0.5 * (e + e / (e + 1))
}

/// Hyperbolic cosine.
fn cosh(x: real): real {
  let size = abs(x)
  if size > 700 {
    return exp(size - log(2))
  }
  let e = exp(size)
  return 0.5 * (e + 1 / e)
}

/// Hyperbolic tangent, without cancellation near 0.
fn tanh(x: real): real {
  if abs(x) > 20 {
    return sign(x)
  }
  let e = expm1(2 * x)
  return e / (e + 2)
}

/// sqrt(x² + y²) without overflow on the way.
fn hypot(x: real, y: real): real {
  let larger = max(abs(x), abs(y))
  if larger == 0 or larger == infinity {
    return larger
  }
  return larger * sqrt((x / larger)^2 + (y / larger)^2)
}
