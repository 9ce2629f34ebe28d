/// log of exp(-mean) mean^k / Γ(k + 1) for real k ≥ 0: the mass of the Poisson distribution, and the first factor
/// of the incomplete gamma functions. Loader's saddle-point form (2000), which keeps full relative accuracy when k
/// and mean are large.
fn log_poisson_term(k: real, mean: real): real {
  if k == 0 {
    return -mean
  }
  if mean == 0 or mean == infinity {
    return -infinity
  }
  if k < 2.5 {
    return k * log(mean) - mean - lgamma(k + 1)
  }
  return -deviance(k, mean, mean - k) - stirling_error(k) - 0.5 * log(6.283185307179586 * k)
}

/// k log(k / mean) + mean - k: half the deviance of a count k from its mean, without cancellation (Loader 2000).
/// `excess` is mean - k, which the caller may know better than the difference of the two.
fn deviance(k: real, mean: real, excess: real): real {
  return if abs(excess) < 0.4 * k then -k * log1p_minus(excess / k) else k * log(k / mean) + excess
}
