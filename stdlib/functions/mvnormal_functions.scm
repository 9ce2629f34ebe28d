/// mean + L z for a lower triangular L.
fn lower_transform(mean: vector, lower: matrix, z: vector): vector {
  var x = mean
  for i in 0..len(mean) {
    var total = mean[i]
    for k in 0..=i {
      total = total + lower[i, k] * z[k]
    }
    x[i] = total
  }
  return x
}

/// The z with mean + L z = x.
fn whiten(x: vector, mean: vector, lower: matrix): vector = solve_lower(lower, [x[i] - mean[i] for i in 0..len(mean)])

/// log density of the multivariate normal distribution whose covariance has the lower triangular Cholesky factor L.
fn log_mvnormal_density(x: vector, mean: vector, lower: matrix): real {
  if len(x) != len(mean) {
    return -infinity
  }
  let z = whiten(x, mean, lower)
  var total = -0.9189385332046727 * len(mean)
  for i in 0..len(mean) {
    total = total - 0.5 * z[i]^2 - log(lower[i, i])
  }
  return total
}
