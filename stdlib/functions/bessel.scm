/// exp(-x) I₀(x) for x ≥ 0, with I₀ the modified Bessel function of the first kind: to 1e-15 relative, by its power
/// series (DLMF 10.25.2) up to 30 and its asymptotic series (DLMF 10.40.1) beyond.
fn bessel_i0e(x: real): real {
  var term = 1.0
  var total = 1.0
  var k = 0
  if x < 30 {
    let square = 0.25 * x^2
    while term > 1e-17 * total {
      k = k + 1
      term = term * square / k^2
      total = total + term
    }
    return exp(-x) * total
  }
  while term > 1e-17 {
    k = k + 1
    term = term * (2 * k - 1)^2 / (8 * k * x)
    total = total + term
  }
  return total / sqrt(2 * pi * x)
}
