/// log mass of k failures before success number n (real) where the odds of failure are `odds`; -infinity for k < 0.
fn log_negative_binomial_term(k: int, n: real, odds: real): real {
  if k < 0 {
    return -infinity
  }
  if k == 0 {
    return -n * log1p(odds)
  }
  return log_beta_term(n, k, 1 / (1 + odds), odds / (1 + odds)) - log(k)
}

/// I_x(a, b) at x = 1 / (1 + odds): no digit is lost where x is near 0 or 1.
fn beta_i_odds(a: real, b: real, odds: real): real = exp(log_beta_i_odds(a, b, odds))

/// log of `beta_i_odds`, also where that underflows.
fn log_beta_i_odds(a: real, b: real, odds: real): real = log_beta_i(a, b, 1 / (1 + odds), odds / (1 + odds))

/// The smallest k with P(X ≤ k) ≥ u: doubling, then bisection, so that heavy tails take few steps.
fn negative_binomial_quantile(n: real, odds: real, u: real): int {
  var low = -1
  var high = floor(n * odds)
  while high < 1e15 and beta_i_odds(n, high + 1, odds) < u {
    low = high
    high = 2 * high + 1
  }
  while high - low > 1 {
    let middle = floor(0.5 * (low + high))
    if beta_i_odds(n, middle + 1, odds) < u {
      low = middle
    } else {
      high = middle
    }
  }
  return high
}
