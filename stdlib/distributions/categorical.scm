/// Categorical distribution on 0, 1, …, len(p) - 1 with probabilities `p`, which sum to 1; `categorical(Drug, p)`
/// gives members of an enum. Support: 0, 1, …, len(p) - 1. Mass: p[k]. Drawn by one uniform. Mechanism: a race of
/// exponentials, won by the least eₖ / pₖ (the same as Gumbel-max), so that no answer hangs on the order of the
/// labels; what is seen is explained by a race that it wins (Maddison, Tarlow and Minka 2014; Oberst and Sontag
/// 2019). Mean Σ k p[k], variance Σ (k - mean)² p[k]. Example: `drug ~ categorical(Drug, [0.7, 0.3])`.
dist categorical(p: vector): int {
  require is_simplex(p)
  support(k) = k >= 0 and k < len(p)
  draw = position_of(noise_uniform(), p)
  mechanism = race(p)
  abduct(k) = race_noise(p, k)
  logpdf(k) = if k >= 0 and k < len(p) then log(p[k]) else -infinity
  cdf(k) = sum([if i <= k then p[i] else 0.0 for i in 0..len(p)]) / sum(p)
  survival(k) = sum([if i > k then p[i] else 0.0 for i in 0..len(p)]) / sum(p)
  quantile(u) = position_of(u, p)
  moment_mean = sum([k * p[k] for k in 0..len(p)]) / sum(p)
  moment_variance {
    let centre = sum([k * p[k] for k in 0..len(p)]) / sum(p)
    return sum([(k - centre)^2 * p[k] for k in 0..len(p)]) / sum(p)
  }
}
