/// The lower triangular matrix L with L Lᵀ = a, for a symmetric positive definite matrix; only the lower triangle
/// of `a` is read. Row by row (Golub and Van Loan, Matrix Computations, section 4.2). Not positive definite: NaN on
/// the diagonal.
fn cholesky(a: matrix): matrix {
  let n = len(a)
  var rows = fill(n, zeros(n))
  for i in 0..n {
    var row = zeros(n)
    for j in 0..i {
      var rest = a[i, j]
      for k in 0..j {
        rest = rest - row[k] * rows[j, k]
      }
      row[j] = rest / rows[j, j]
    }
    var rest = a[i, i]
    for k in 0..i {
      rest = rest - row[k]^2
    }
    row[i] = sqrt(rest)
    rows[i] = row
  }
  return rows
}

/// Whether a symmetric matrix is positive definite: all pivots of its Cholesky factor are positive.
fn positive_definite(a: matrix): bool {
  let lower = cholesky(a)
  for i in 0..len(a) {
    if not (lower[i, i] > 0) {
      return false
    }
  }
  return true
}

/// The solution x of L x = b for a lower triangular L.
fn solve_lower(lower: matrix, b: vector): vector {
  var x = b
  for i in 0..len(b) {
    var rest = b[i]
    for k in 0..i {
      rest = rest - lower[i, k] * x[k]
    }
    x[i] = rest / lower[i, i]
  }
  return x
}
