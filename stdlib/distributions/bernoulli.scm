/// Bernoulli distribution: true with probability `p`, 0 ≤ p ≤ 1. Support: false and true. Mass: p at true, 1 - p at
/// false. Mechanism: true where u < p. Mean p, variance p (1 - p). Example: `cured ~ bernoulli(0.3)`.
dist bernoulli(p: real): bool {
  require p >= 0 and p <= 1
  draw = noise_uniform() < p
  logpdf(x) = if x then log(p) else log1p(-p)
  cdf(x) = if x then 1.0 else 1 - p
  survival(x) = if x then 0.0 else p
  quantile(u) = u > 1 - p
  moment_mean = p
  moment_variance = p * (1 - p)
}
