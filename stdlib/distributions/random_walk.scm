/// Random walk: `n` places of a sum of independent steps, x[i] = x[i - 1] + s with s drawn from the distribution
/// `step`, from `start`, which is not among the places. Support: vectors of length n. Density: the product of the
/// step's density at the differences. Mechanism: that of the step, place by place. Mean start + (i + 1) times that of
/// the step, variance (i + 1) times that of the step. Example: `price ~ random_walk(normal(0, 0.1), 50, start = 3)`.
dist random_walk(step: dist, n: int, start: real = 0.0): vector {
  require n >= 0
  support(x) = len(x) == n
  draw {
    var x = zeros(n)
    var here = start
    for i in 0..n {
      here = here + sample step
      x[i] = here
    }
    return x
  }
  abduct(x) = [z for i in 0..n for z in abduct(step, x[i] - (if i == 0 then start else x[i - 1]))]
  logpdf(x) {
    if len(x) != n {
      return -infinity
    }
    var total = 0.0
    var here = start
    for i in 0..n {
      total = total + logpdf(step, x[i] - here)
      here = x[i]
    }
    return total
  }
  moment_mean = [start + (i + 1) * moment_mean(step) for i in 0..n]
  moment_variance = [(i + 1) * moment_variance(step) for i in 0..n]
}
