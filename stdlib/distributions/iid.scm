/// n independent draws from one distribution, as an array. Mechanism: that of the distribution, element by element.
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
