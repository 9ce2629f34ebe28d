/// log of the binomial mass of k successes in n trials, 0 ≤ k ≤ n, by the incomplete beta function's first factor
/// (Loader 2000).
fn log_binomial_term(n: int, k: int, p: real): real = log_binomial_mass(n, k, p, 1 - p)

/// The same with q = 1 - p given too, so that neither needs to be rounded near 1.
fn log_binomial_mass(n: int, k: int, p: real, q: real): real {
  if k == 0 {
    return if n == 0 then 0.0 else n * (if p < 0.5 then log1p(-p) else log(q))
  }
  if k == n {
    return n * (if q < 0.5 then log1p(-q) else log(p))
  }
  if p == 0 or q == 0 {
    return -infinity
  }
  return log_beta_term(k, n - k, p, q) + log(n / (real(k) * (n - k)))
}

/// The smallest k whose binomial distribution function exceeds u, counted up from 0: n p steps on average.
fn binomial_by_counting(n: int, p: real, u: real): int {
  var term = exp(n * log1p(-p))
  var rest = u - term
  var k = 0
  let odds = p / (1 - p)
  while rest > 0 and k < n {
    term = term * odds * ((n - k) / (k + 1))
    rest = rest - term
    k = k + 1
  }
  return k
}

/// The smallest k with P(X ≤ k) ≥ u: a Cornish and Fisher (1938) start with the skewness, then single steps by the
/// mass.
fn binomial_quantile(n: int, p: real, u: real): int {
  if u <= 0 or p == 0 or n == 0 {
    return 0
  }
  if u >= 1 or p == 1 {
    return n
  }
  let z = normal_quantile(u)
  let sd = sqrt(n * p * (1 - p))
  let guess = floor(n * p + z * sd + (z^2 - 1) * (1 - 2 * p) / 6 + 0.5)
  var k = min(max(guess, 0), n)
  var below = cdf(binomial(n, p), k)
  if below >= u {
    var under = below - exp(log_binomial_term(n, k, p))
    while k > 0 and under >= u {
      k = k - 1
      under = under - exp(log_binomial_term(n, k, p))
    }
  } else {
    while k < n and below < u {
      k = k + 1
      below = below + exp(log_binomial_term(n, k, p))
    }
  }
  return k
}
