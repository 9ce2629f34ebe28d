/// The double below x (for |x| > 1e-284): P(X ≤ just_below(x)) is P(X < x), for discrete distributions too.
fn just_below(x: real): real = x - max(1.2e-16 * abs(x), 1e-300)

/// P(low ≤ X ≤ high), from the tail in which no digits cancel.
fn interval_mass(d: dist, low: real, high: real): real {
  let above = survival(d, just_below(low))
  return if above < 0.5 then above - survival(d, high) else cdf(d, high) - cdf(d, just_below(low))
}

/// The x with P(X > x) = q, for a distribution with cdf, survival, quantile and density. Where 1 - q keeps enough
/// digits it is the quantile there; further out Newton's method on the logarithm of the survival function, kept
/// between bounds; for a survival function with steps at whole numbers, bisection.
fn upper_quantile(d: dist, q: real): real {
  if q > 0.01 {
    return quantile(d, 1 - q)
  }
  var low = real(quantile(d, 0.99))
  if low == floor(low) and low + 0.5 > low and survival(d, low) == survival(d, low + 0.5) {
    return upper_whole_quantile(d, q, low)
  }
  var high = infinity
  var x = low
  var step = infinity
  var steps = 0
  while abs(step) > 1e-13 * max(1.0, abs(x)) and steps < 200 {
    steps = steps + 1
    let tail = survival(d, x)
    if tail > q {
      low = x
    } else {
      high = x
    }
    let newton = x + log(tail / q) * tail / exp(logpdf(d, x))
    let safe = if high == infinity then 2 * abs(x) + 1 else 0.5 * (low + high)
    let next = if newton >= low and newton <= high then newton else safe
    step = next - x
    x = next
  }
  return x
}

/// The smallest whole number k with P(X > k) ≤ q, from `start`, the 0.99-quantile, up: doubling, then bisection.
fn upper_whole_quantile(d: dist, q: real, start: real): real {
  var below = start - 1
  var k = start
  while survival(d, k) > q {
    below = k
    k = 2 * k - start + 1
  }
  while k - below > 1 {
    let middle = below + floor(0.5 * (k - below))
    if survival(d, middle) > q {
      below = middle
    } else {
      k = middle
    }
  }
  return k
}

/// P(X = 0): 0 for a continuous distribution.
fn mass_at_zero(d: dist): real = if survival(d, just_below(0)) > survival(d, 0) then exp(logpdf(d, 0)) else 0.0
