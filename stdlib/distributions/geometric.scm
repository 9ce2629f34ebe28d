/// Geometric distribution: number of failures before the first success, with probability `p` of success, 0 < p ≤ 1.
/// Support: 0, 1, 2, … Mass: p (1 - p)^k. Mechanism: floor(e / -log(1 - p)), with e standard exponential. Mean (1 -
/// p) / p, variance (1 - p) / p². Example: `misses ~ geometric(0.3)`.
dist geometric(p: real): int {
  require p > 0 and p <= 1
  support(k) = k >= 0
  draw = floor(noise_exponential() / -log1p(-p))
  logpdf(k) = if k > 0 then k * log1p(-p) + log(p) else if k == 0 then log(p) else -infinity
  cdf(k) = if k >= 0 then -expm1((floor(k) + 1) * log1p(-p)) else 0.0
  survival(k) = if k >= 0 then exp((floor(k) + 1) * log1p(-p)) else 1.0
  quantile(u) = max(ceil(log1p(-u) / log1p(-p)) - 1, 0)
  moment_mean = (1 - p) / p
  moment_variance = (1 - p) / p^2
}
