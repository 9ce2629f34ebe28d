/// The x with P(a, x) = p, for a > 0 and p in [0, 1], accurate for small p.
fn gamma_p_inverse(a: real, p: real): real = gamma_root(a, p, 1 - p)

/// The x with Q(a, x) = q, accurate for small q: the upper tail of `gamma_p_inverse`.
fn gamma_q_inverse(a: real, q: real): real = gamma_root(a, 1 - q, q)

/// The x with P(a, x) = p and Q(a, x) = q = 1 - p. Newton's method on the logarithm of the smaller of the two as a
/// function of log x, in which it is concave (the gamma density is log-concave in log x), so that it converges from
/// any start; a bracket from p ≥ x^a exp(-x) / Γ(a + 1), p ≤ x^a / Γ(a + 1) and the sub-gamma tail bound q ≤
/// exp(-s) at x = a + √(2as) + s (Boucheron, Lugosi and Massart 2013, section 2.4) keeps it safe. The start is the
/// cube-root formula of Wilson and Hilferty (1931).
fn gamma_root(a: real, p: real, q: real): real {
  if p <= 0 {
    return 0.0
  }
  if q <= 0 {
    return infinity
  }
  let lower = p < q
  let target = log(min(p, q))
  let least = exp((log(p) + lgamma(a + 1)) / a)
  if least < 1e-17 {
    return least
  }
  let exponent = if lower then 0.6931471805599453 else -target
  var low = least
  var high = a + sqrt(2 * a * exponent) + exponent
  let normal = if lower then normal_quantile(p) else -normal_quantile(q)
  let cube = 1 - 1 / (9 * a) + normal / (3 * sqrt(a))
  var x = min(max(a * cube^3, low), high)
  var step = 1.0
  var steps = 0
  while abs(step) > 1e-12 and steps < 100 {
    steps = steps + 1
    let tail = if lower then log_gamma_p(a, x) else log_gamma_q(a, x)
    let below = (tail < target) == lower
    low = if below then x else low
    high = if below then high else x
    let slope = a * exp(log_poisson_term(a, x) - tail)
    step = (target - tail) / (if lower then slope else -slope)
    let proposal = x * exp(step)
    if abs(step) > 1e-6 and not (proposal > low and proposal < high) {
      step = infinity
      x = sqrt(low * high)
    } else {
      x = proposal
    }
  }
  return x
}
