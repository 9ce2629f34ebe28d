/// Inner product of two vectors of one length.
fn dot(a, b) {
  var total = 0
  for i in 0..len(a) {
    total = total + a[i] * b[i]
  }
  return total
}

/// Matrix times matrix.
fn matmul(a, b) = [[sum([row[k] * b[k, j] for k in 0..len(b)]) for j in 0..len(b[0])] for row in a]

/// Rows become columns.
fn transpose(a) = [[row[j] for row in a] for j in 0..len(a[0])]

/// The square matrix with ones on the diagonal.
fn identity(n: int): matrix = [[if i == j then 1.0 else 0.0 for j in 0..n] for i in 0..n]
