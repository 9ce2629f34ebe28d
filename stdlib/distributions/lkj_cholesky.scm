/// Cholesky factor of a random correlation matrix (Lewandowski, Kurowicka and Joe 2009): a lower triangular matrix
/// whose rows have length 1. The correlation matrix has a density proportional to its determinant to the power eta -
/// 1; `eta > 0`, 1 for uniform, larger for correlations nearer 0. Support: lower triangular matrices with a positive
/// diagonal and rows of length 1. Density: the product over the rows i = 2, …, K of L[i, i]^(K - i + 2 eta - 2) up to
/// a constant, by the elements below the diagonal. Mechanism: the partial correlations of a vine, each 2 b - 1 with b
/// ~ beta(a, a), a = eta + (K - 1 - j) / 2 in column j, by its own mechanism. Mean 0 below the diagonal; on it, in
/// row i counted from 0, B(c + 1/2, i / 2) / B(c, i / 2) with c = eta + (dimension - 1 - i) / 2; variance 1 / (2 c +
/// i) below the diagonal. Example: `L ~ lkj_cholesky(3, 2)`, `z ~ mvnormal([0, 0, 0], cholesky = L)`.
dist lkj_cholesky(dimension: int, eta: real): matrix {
  require dimension >= 1
  require eta > 0
  support(x) = len(x) == dimension and is_correlation_factor(x)
  draw {
    var rows = fill(dimension, zeros(dimension))
    for i in 0..dimension {
      var row = zeros(dimension)
      var rest = 1.0
      for j in 0..i {
        let shape = eta + 0.5 * (dimension - 2 - j)
        let b = sample beta(shape, shape)
        row[j] = (2 * b - 1) * sqrt(rest)
        rest = rest * 4 * b * (1 - b)
      }
      row[i] = sqrt(rest)
      rows[i] = row
    }
    return rows
  }
  abduct(x) {
    var noise = zeros(0)
    for i in 0..dimension {
      for j in 0..i {
        let shape = eta + 0.5 * (dimension - 2 - j)
        let partial = x[i, j] / sqrt(sum([x[i, k]^2 for k in j..=i]))
        noise = concat(noise, abduct(beta(shape, shape), 0.5 + 0.5 * partial))
      }
    }
    return noise
  }
  logpdf(x) {
    if len(x) != dimension or not is_correlation_factor(x) {
      return -infinity
    }
    var total = 0.0
    for i in 1..dimension {
      let shape = eta + 0.5 * (dimension - 1 - i)
      let volume = 0.5 * i * log(pi) + lbeta(shape, 0.5 * i) - lgamma(0.5 * i)
      total = total + 2 * (shape - 1) * log(x[i, i]) - volume
    }
    return total
  }
  moment_mean {
    return [[if i == j then lkj_diagonal(dimension, eta, i) else 0.0 for j in 0..dimension] for i in 0..dimension]
  }
  moment_variance {
    var rows = fill(dimension, zeros(dimension))
    for i in 1..dimension {
      let shape = eta + 0.5 * (dimension - 1 - i)
      let diagonal = shape / (shape + 0.5 * i) - lkj_diagonal(dimension, eta, i)^2
      rows[i] = [if j < i then 1 / (2 * shape + i) else if j == i then diagonal else 0.0 for j in 0..dimension]
    }
    return rows
  }
}
