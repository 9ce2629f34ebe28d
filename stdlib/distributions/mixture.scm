/// Mixture: component k with probability `weights[k]`, then a draw from it. Support: that of the components together.
/// Density: the sum of weights[k] times that of component k. Mechanism: a race of exponentials for the component (as
/// in `categorical`), then the component's own; what is seen is explained by a component drawn in proportion to its
/// posterior weight. Mean m = Σ weights[k] times the mean of component k, variance Σ weights[k] (variance + (mean -
/// m)²) of component k; for components of numbers only. Example: `height ~ mixture([0.3, 0.7], [normal(0, 1),
/// normal(4, 2)])`.
dist mixture(weights: vector, components: dist[]) {
  require is_simplex(weights) and len(weights) == len(components)
  draw = sample components[position_of(noise_uniform(), weights)]
  mechanism = sample components[race(weights)]
  abduct(x) {
    let share = softmax([log(weights[k]) + logpdf(components[k], x) for k in 0..len(weights)])
    let k = position_of(noise_uniform(), share)
    return concat(race_noise(weights, k), abduct(components[k], x))
  }
  logpdf(x) = log_sum_exp([log(weights[k]) + logpdf(components[k], x) for k in 0..len(weights)])
  cdf(x) = sum([weights[k] * cdf(components[k], x) for k in 0..len(weights)])
  survival(x) = sum([weights[k] * survival(components[k], x) for k in 0..len(weights)])
  logcdf(x) {
    let above = sum([weights[k] * survival(components[k], x) for k in 0..len(weights)])
    return if above < 0.5
      then log1p(-above)
      else log_sum_exp([log(weights[k]) + logcdf(components[k], x) for k in 0..len(weights)])
  }
  quantile(p) {
    let ends = [quantile(c, p) for c in components]
    return quantile_between(mixture(weights, components), p, min_of(ends), max_of(ends))
  }
  moment_mean = sum([weights[k] * moment_mean(components[k]) for k in 0..len(weights)])
  moment_variance {
    let centre = sum([weights[k] * moment_mean(components[k]) for k in 0..len(weights)])
    return sum([
      weights[k] * (moment_variance(components[k]) + (moment_mean(components[k]) - centre)^2)
      for k in 0..len(weights)
    ])
  }
}
