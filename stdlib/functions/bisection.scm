/// The smallest whole number k from `low` to `high` with P(X ≤ k) ≥ u, for a distribution on whole numbers with a cdf.
fn quantile_by_bisection(d: dist, u: real, low: int, high: int): int {
  var below = low - 1
  var k = high
  while k - below > 1 {
    let middle = below + floor(0.5 * (k - below))
    if cdf(d, middle) >= u {
      k = middle
    } else {
      below = middle
    }
  }
  return k
}

/// The smallest double x from `low` to `high` with P(X ≤ x) ≥ p, for any distribution with a cdf.
fn quantile_between(d: dist, p: real, low: real, high: real): real {
  if cdf(d, low) >= p {
    return low
  }
  var below = low
  var x = high
  var middle = 0.5 * below + 0.5 * x
  while middle > below and middle < x {
    if cdf(d, middle) >= p {
      x = middle
    } else {
      below = middle
    }
    middle = 0.5 * below + 0.5 * x
  }
  return x
}
