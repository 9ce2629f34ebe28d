/// The smallest k whose Poisson distribution function exceeds u, counted up from 0: `rate` steps on average.
fn poisson_by_counting(rate: real, u: real): int {
  var term = exp(-rate)
  var rest = u - term
  var k = 0
  while rest > 0 and (term > 0 or k < rate) {
    k = k + 1
    term = term * rate / k
    rest = rest - term
  }
  return k
}

/// The smallest k with P(X ≤ k) ≥ u: a Cornish and Fisher (1938) start with the skewness, then single steps by the
/// mass.
fn poisson_quantile(rate: real, u: real): int {
  if u <= 0 or rate == 0 {
    return 0
  }
  let z = normal_quantile(min(u, 0.9999999999999999))
  var k = max(floor(rate + z * sqrt(rate) + (z^2 - 1) / 6 + 0.5), 0)
  var below = gamma_q(k + 1, rate)
  if below >= u {
    var under = below - exp(log_poisson_term(k, rate))
    while k > 0 and under >= u {
      k = k - 1
      under = under - exp(log_poisson_term(k, rate))
    }
  } else {
    var term = exp(log_poisson_term(k, rate))
    while below < u and term > 0 {
      k = k + 1
      term = exp(log_poisson_term(k, rate))
      below = below + term
    }
  }
  return k
}
