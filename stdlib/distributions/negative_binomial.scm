/// Negative binomial distribution by its mean and its dispersion r (the size, or shape, of the mixing gamma): a
/// Poisson whose rate is gamma(r, r / mean). Both > 0; the smaller r, the wider. Support: 0, 1, 2, … Mass: Γ(k + r) /
/// (k! Γ(r)) (r / (r + mean))^r (mean / (r + mean))^k. Mechanism: the quantile of one uniform. Variance mean + mean²
/// / r. Example: `cases ~ negative_binomial(mean = 4, dispersion = 2)`.
dist negative_binomial(mean: real, dispersion: real): int {
  require mean > 0
  require dispersion > 0
  support(k) = k >= 0
  draw = sample poisson(mean * sample gamma(dispersion, dispersion))
  logpdf(k) = log_negative_binomial_term(k, dispersion, mean / dispersion)
  cdf(k) =
    if k < 0 then 0.0 else if k == infinity then 1.0 else beta_i_odds(dispersion, floor(k) + 1, mean / dispersion)
  survival(k) =
    if k < 0 then 1.0 else if k == infinity then 0.0 else beta_i_odds(floor(k) + 1, dispersion, dispersion / mean)
  logcdf(k) {
    return if k < 0
      then -infinity
      else if k == infinity then 0.0 else log_beta_i_odds(dispersion, floor(k) + 1, mean / dispersion)
  }
  quantile(u) = negative_binomial_quantile(dispersion, mean / dispersion, u)
  moment_mean = mean
  moment_variance = mean + mean^2 / dispersion
}

/// Negative binomial distribution by name: number of failures before success number `n` (any real > 0), with
/// probability `p` of success: `negative_binomial(n = 3, p = 0.2)`. Mean n (1 - p) / p, variance mean / p.
dist negative_binomial(n: real, p: real): int {
  require n > 0
  require p > 0 and p < 1
  support(k) = k >= 0
  draw = sample poisson((1 - p) / p * sample gamma(n, 1))
  logpdf(k) = log_negative_binomial_term(k, n, (1 - p) / p)
  cdf(k) = if k < 0 then 0.0 else if k == infinity then 1.0 else beta_i_odds(n, floor(k) + 1, (1 - p) / p)
  survival(k) = if k < 0 then 1.0 else if k == infinity then 0.0 else beta_i_odds(floor(k) + 1, n, p / (1 - p))
  logcdf(k) {
    return if k < 0 then -infinity else if k == infinity then 0.0 else log_beta_i_odds(n, floor(k) + 1, (1 - p) / p)
  }
  quantile(u) = negative_binomial_quantile(n, (1 - p) / p, u)
  moment_mean = n * (1 - p) / p
  moment_variance = n * (1 - p) / p^2
}
