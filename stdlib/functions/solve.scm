/// The solution x of a x = b for a square matrix: Gaussian elimination with partial pivoting (Golub and Van Loan,
/// section 3.4). A singular matrix gives infinities or NaN.
fn solve(a: matrix, b: vector): vector {
  let n = len(b)
  var rows = [append(a[i], b[i]) for i in 0..n]
  for k in 0..n {
    let pivot = index_of_max([if i < k then -1.0 else abs(rows[i, k]) for i in 0..n])
    let row = rows[pivot]
    rows[pivot] = rows[k]
    rows[k] = row
    for i in k + 1..n {
      let ratio = rows[i, k] / row[k]
      rows[i] = [rows[i, j] - ratio * row[j] for j in 0..n + 1]
    }
  }
  var x = b
  for back in 0..n {
    let i = n - 1 - back
    var rest = rows[i, n]
    for j in i + 1..n {
      rest = rest - rows[i, j] * x[j]
    }
    x[i] = rest / rows[i, i]
  }
  return x
}

/// Inverse of a square matrix; to solve one system, `solve` is better.
fn inverse(a: matrix): matrix = transpose([solve(a, unit) for unit in identity(len(a))])

/// Determinant of a square matrix, by the same elimination as `solve`.
fn determinant(a: matrix): real {
  let n = len(a)
  var rows = a
  var product = 1.0
  for k in 0..n {
    let pivot = index_of_max([if i < k then -1.0 else abs(rows[i, k]) for i in 0..n])
    let row = rows[pivot]
    if row[k] == 0 {
      return 0.0
    }
    rows[pivot] = rows[k]
    rows[k] = row
    product = if pivot == k then product * row[k] else -product * row[k]
    for i in k + 1..n {
      let ratio = rows[i, k] / row[k]
      rows[i] = [rows[i, j] - ratio * row[j] for j in 0..n]
    }
  }
  return product
}
