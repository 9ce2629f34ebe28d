/// n independent draws from one distribution, as an array. Support: arrays of length n. Density: the product of that
/// of the elements. Mechanism: that of the distribution, element by element. Mean and variance are those of the
/// distribution, n times. Example: `noise ~ iid(normal(0, 1), 96)`.
dist iid(d: dist, n: int) {
  require n >= 0
  support(x) = len(x) == n
  draw = [sample d for i in 0..n]
  abduct(x) = [z for i in 0..n for z in abduct(d, x[i])]
  logpdf(x) {
    if len(x) != n {
      return -infinity
    }
    var total = 0.0
    for i in 0..n {
      total = total + logpdf(d, x[i])
    }
    return total
  }
  moment_mean = fill(n, moment_mean(d))
  moment_variance = fill(n, moment_variance(d))
}
