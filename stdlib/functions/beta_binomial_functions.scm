/// log of the beta-binomial mass of k successes in n trials, by Bayes' rule at p = the mean of the posterior: binomial
/// mass times beta density over the density of the posterior, in whose forms (Loader 2000) nothing large cancels.
fn log_beta_binomial_term(n: int, k: int, a: real, b: real): real {
  if k < 0 or k > n {
    return -infinity
  }
  let p = (a + k) / (a + b + n)
  let q = (b + (n - k)) / (a + b + n)
  return log_binomial_mass(n, k, p, q) + log_beta_term(a, b, p, q) - log_beta_term(a + k, b + (n - k), p, q)
}

/// log P(X ≤ k) for a beta-binomial X and 0 ≤ k ≤ n, summed from k down.
fn log_beta_binomial_below(n: int, k: int, a: real, b: real): real {
  var term = 1.0
  var total = 1.0
  var j = k
  while j > 0 and term > 1e-18 * total {
    term = term * (j * (b + (n - j)) / ((n - j + 1) * (a + (j - 1))))
    total = total + term
    j = j - 1
  }
  return log_beta_binomial_term(n, k, a, b) + log(total)
}
