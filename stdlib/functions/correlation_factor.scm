/// Whether a square matrix is lower triangular with a positive diagonal and rows of length 1, within 1e-6: the Cholesky
/// factor of a correlation matrix.
fn is_correlation_factor(x: matrix): bool {
  for i in 0..len(x) {
    var square = 0.0
    for j in 0..len(x[i]) {
      if j > i and x[i, j] != 0 {
        return false
      }
      square = square + x[i, j]^2
    }
    if len(x[i]) != len(x) or not (x[i, i] > 0) or abs(square - 1) > 1e-6 {
      return false
    }
  }
  return true
}

/// Mean of the diagonal element of row i, counted from 0, of `lkj_cholesky(dimension, eta)`.
fn lkj_diagonal(dimension: int, eta: real, i: int): real {
  let shape = eta + 0.5 * (dimension - 1 - i)
  return if i == 0 then 1.0 else exp(lbeta(shape + 0.5, 0.5 * i) - lbeta(shape, 0.5 * i))
}
