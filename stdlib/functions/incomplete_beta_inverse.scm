/// The x with I_x(a, b) = p, for a, b > 0 and p in [0, 1], accurate for small p.
fn beta_i_inverse(a: real, b: real, p: real): real = logistic(beta_root(a, b, p, 1 - p))

/// log(x / (1 - x)) for the x with I_x(a, b) = p and q = 1 - p, relatively accurate for x and for 1 - x. Newton's
/// method on the logarithm of the smaller tail as a function of this log odds, in which it is concave (the density
/// of the log odds is log-concave), so that it converges from any start where the tail does not round to 1. The
/// start is the normal approximation of the log odds, or the leading power of x where a is small.
fn beta_root(a: real, b: real, p: real, q: real): real =
  if p > q then -beta_root_below(b, a, q) else beta_root_below(a, b, p)

/// The same for p ≤ 1/2.
fn beta_root_below(a: real, b: real, p: real): real {
  if p <= 0 {
    return -infinity
  }
  let target = log(p)
  let power = (target + log(a) + lbeta(a, b)) / a
  if power < -40 - log1p(b) {
    return power
  }
  let centre = log((a + 0.5) / (b + 0.5))
  let spread = sqrt(1 / (a + 0.5) + 1 / (b + 0.5))
  var odds = max(power, centre + spread * normal_quantile(p))
  var step = 1.0
  var steps = 0
  while abs(step) > 1e-13 * max(1.0, abs(odds)) and steps < 100 {
    steps = steps + 1
    let x = logistic(odds)
    let y = logistic(-odds)
    let tail = log_beta_i(a, b, x, y)
    let slope = exp(log_beta_term(a, b, x, y) - tail)
    step = (target - tail) / slope
    odds = odds + step
  }
  return odds
}
