/// log of the hypergeometric mass of k, from three binomial masses at p = draws / population (Loader 2000, section 5),
/// in which nothing large cancels; -infinity outside the support.
fn log_hypergeometric_term(population: int, successes: int, draws: int, k: int): real {
  let failures = population - successes
  if k < 0 or k > successes or draws - k < 0 or draws - k > failures {
    return -infinity
  }
  if draws == 0 or draws == population {
    return 0.0
  }
  let p = draws / population
  let q = (population - draws) / population
  return log_binomial_mass(successes, k, p, q)
    + log_binomial_mass(failures, draws - k, p, q)
    - log_binomial_mass(population, draws, p, q)
}

/// log P(X ≤ k) for a hypergeometric X, summed from k down.
fn log_hypergeometric_below(population: int, successes: int, draws: int, k: int): real {
  let low = max(0, draws + successes - population)
  if k < low {
    return -infinity
  }
  var term = 1.0
  var total = 1.0
  var j = k
  while j > low and term > 1e-18 * total {
    let rest = population - successes - draws + j
    term = term * (j / (successes - j + 1)) * (rest / (draws - j + 1))
    total = total + term
    j = j - 1
  }
  return log_hypergeometric_term(population, successes, draws, k) + log(total)
}
