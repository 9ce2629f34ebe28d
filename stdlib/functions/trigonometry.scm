/// Tangent of an angle in radians, to 2 ulp of `sin` and `cos`.
fn tan(x: real): real = sin(x) / cos(x)

/// Inverse tangent, in [-π/2, π/2], to 2 ulp: halving at tan(π/8), then a rational function of degree 4 in x² that
/// interpolates at the Chebyshev nodes (error 4e-18).
fn atan(x: real): real {
  let size = abs(x)
  let reduced =
    if size > 2.414213562373095 then -1 / size else if size > 0.41421356237309503 then (size - 1) / (size + 1) else size
  let offset = if size > 2.414213562373095 then pi / 2 else if size > 0.41421356237309503 then pi / 4 else 0.0
  let z = reduced^2
  let p_high = ((0.003556580250551812 * z + 0.14922059157054546) * z + 0.9187267589643462) * z + 1.7385887158013473
  let p = p_high * z + 1.0
  let q_high = ((0.02238833666865301 * z + 0.34748247190104375) * z + 1.4093674420098299) * z + 2.071922049134677
  let q = q_high * z + 1.0
  return sign(x) * (offset + reduced * (p / q))
}

/// Angle of the point (x, y) with the positive x axis, in [-π, π]; `atan2(0, 0)` is 0.
fn atan2(y: real, x: real): real {
  if x > 0 {
    return atan(y / x)
  }
  if x == 0 {
    return sign(y) * pi / 2
  }
  return atan(y / x) + (if y < 0 then -pi else pi)
}

/// Inverse sine of x in [-1, 1].
fn asin(x: real): real = atan2(x, sqrt((1 - x) * (1 + x)))

/// Inverse cosine of x in [-1, 1], in [0, π].
fn acos(x: real): real = atan2(sqrt((1 - x) * (1 + x)), x)
