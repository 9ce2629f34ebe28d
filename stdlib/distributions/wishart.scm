/// Wishart distribution of a symmetric positive definite matrix: `df > p - 1` degrees of freedom and a p × p `scale`,
/// the distribution of the sum of df squares z zᵀ of normal vectors with covariance `scale`. Support: symmetric
/// positive definite p × p matrices. Density: |x|^((df - p - 1) / 2) exp(-tr(scale⁻¹ x) / 2) / (2^(df p / 2)
/// |scale|^(df / 2) Γₚ(df / 2)), by the elements of the lower triangle. Mechanism: x = L A Aᵀ Lᵀ with L the Cholesky
/// factor of `scale` and A lower triangular with normals below the diagonal and the roots of chi-squared values on it
/// (Bartlett 1933), each by its own mechanism. Mean df scale, variance of element (i, j) df (scaleᵢⱼ² + scaleᵢᵢ
/// scaleⱼⱼ). Example: `precision ~ wishart(5, [[1, 0.2], [0.2, 2]])`.
dist wishart(df: real, scale: matrix): matrix {
  require positive_definite(scale)
  require df > len(scale) - 1
  support(x) = len(x) == len(scale) and positive_definite(x)
  draw {
    let half = matmul(cholesky(scale), bartlett(df, len(scale)))
    return matmul(half, transpose(half))
  }
  abduct(x) = bartlett_noise(df, solve_lower_columns(cholesky(scale), cholesky(x)))
  logpdf(x) {
    let p = len(scale)
    if len(x) != p or not positive_definite(x) {
      return -infinity
    }
    let lower = cholesky(scale)
    let root = cholesky(x)
    var total = log_bartlett_density(df, solve_lower_columns(lower, root)) - 0.6931471805599453 * p
    for i in 0..p {
      total = total - (p - i) * log(root[i, i]) - (i + 1) * log(lower[i, i])
    }
    return total
  }
  moment_mean = [[df * scale[max(i, j), min(i, j)] for j in 0..len(scale)] for i in 0..len(scale)]
  moment_variance {
    return [
      [df * (scale[max(i, j), min(i, j)]^2 + scale[i, i] * scale[j, j]) for j in 0..len(scale)]
      for i in 0..len(scale)
    ]
  }
}
