/// Inverse Wishart distribution of a symmetric positive definite matrix: `df > p - 1` degrees of freedom and a p × p
/// `scale`; its inverse is wishart(df, scale⁻¹). The conjugate prior of a normal covariance. Support: symmetric
/// positive definite p × p matrices. Density: |scale|^(df / 2) |x|^(-(df + p + 1) / 2) exp(-tr(scale x⁻¹) / 2) /
/// (2^(df p / 2) Γₚ(df / 2)), by the elements of the lower triangle. Mechanism: x = L (A Aᵀ)⁻¹ Lᵀ with L the Cholesky
/// factor of `scale` and A as in `wishart`. Mean scale / (df - p - 1) for df > p + 1, variances for df > p + 3.
/// Example: `covariance ~ inverse_wishart(6, [[1, 0], [0, 1]])`.
dist inverse_wishart(df: real, scale: matrix): matrix {
  require positive_definite(scale)
  require df > len(scale) - 1
  support(x) = len(x) == len(scale) and positive_definite(x)
  draw {
    let root = solve_lower_columns(bartlett(df, len(scale)), identity(len(scale)))
    let half = matmul(cholesky(scale), transpose(root))
    return matmul(half, transpose(half))
  }
  abduct(x) = bartlett_noise(df, inverse_bartlett(cholesky(scale), x))
  logpdf(x) {
    let p = len(scale)
    if len(x) != p or not positive_definite(x) {
      return -infinity
    }
    let lower = cholesky(scale)
    let a = inverse_bartlett(lower, x)
    var total = log_bartlett_density(df, a) - 0.6931471805599453 * p
    for i in 0..p {
      total = total + (p + 2 + i) * log(a[i, i]) - (p + 1) * log(lower[i, i])
    }
    return total
  }
  moment_mean {
    let p = len(scale)
    let over = df - p - 1
    return [
      [if over > 0 then scale[max(i, j), min(i, j)] / over else if i == j then infinity else nan for j in 0..p]
      for i in 0..p
    ]
  }
  moment_variance {
    let p = len(scale)
    let over = df - p - 1
    let bottom = (df - p) * over^2 * (over - 2)
    return [
      [
        if over > 2
          then ((over + 2) * scale[max(i, j), min(i, j)]^2 + over * scale[i, i] * scale[j, j]) / bottom
          else if over > 0 then infinity else nan
        for j in 0..p
      ]
      for i in 0..p
    ]
  }
}
