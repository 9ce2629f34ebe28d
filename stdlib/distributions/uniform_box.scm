/// Uniform distribution on a box: coordinate i lies between `low[i]` and `high[i]`. Support: points of the box.
/// Density: 1 over the volume of the box. Mechanism: low + (high - low) u, one uniform a coordinate. Mean (low +
/// high) / 2, variance (high - low)² / 12. Example: `bumper ~ uniform_box([0, 0], [10, 10])`.
dist uniform_box(low: vector, high: vector): vector {
  require len(low) == len(high) and all([low[i] < high[i] for i in 0..len(low)])
  support(x) = len(x) == len(low) and all([x[i] >= low[i] and x[i] <= high[i] for i in 0..len(low)])
  draw = [low[i] + (high[i] - low[i]) * noise_uniform() for i in 0..len(low)]
  abduct(x) = [(x[i] - low[i]) / (high[i] - low[i]) for i in 0..len(low)]
  logpdf(x) {
    if len(x) != len(low) {
      return -infinity
    }
    var total = 0.0
    for i in 0..len(low) {
      total = if x[i] >= low[i] and x[i] <= high[i] then total - log(high[i] - low[i]) else -infinity
    }
    return total
  }
  moment_mean = [0.5 * (low[i] + high[i]) for i in 0..len(low)]
  moment_variance = [(high[i] - low[i])^2 / 12 for i in 0..len(low)]
}
