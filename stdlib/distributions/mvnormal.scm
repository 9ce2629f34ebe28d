/// Multivariate normal distribution: mean vector and covariance, a symmetric positive definite matrix (its lower
/// triangle is read). Support: vectors of the same length. Density: exp(-(x - mean)ᵀ covariance⁻¹ (x - mean) / 2) /
/// √|2π covariance|. Mechanism: mean + L z, with L the Cholesky factor and z independent standard normals. Mean
/// `mean`, variance the diagonal of the covariance. Example: `position ~ mvnormal([0, 0], [[1, 0.5], [0.5, 2]])`.
dist mvnormal(mean: vector, covariance: matrix): vector {
  require len(covariance) == len(mean) and positive_definite(covariance)
  support(x) = len(x) == len(mean)
  draw = lower_transform(mean, cholesky(covariance), [noise_normal() for m in mean])
  abduct(x) = whiten(x, mean, cholesky(covariance))
  logpdf(x) = log_mvnormal_density(x, mean, cholesky(covariance))
  moment_mean = mean
  moment_variance = [covariance[i, i] for i in 0..len(mean)]
}

/// Multivariate normal distribution by the lower triangular Cholesky factor of its covariance: `mvnormal(mean,
/// cholesky = L)`.
dist mvnormal(mean: vector, cholesky: matrix): vector {
  require len(cholesky) == len(mean) and min_of([cholesky[i, i] for i in 0..len(mean)]) > 0
  support(x) = len(x) == len(mean)
  draw = lower_transform(mean, cholesky, [noise_normal() for m in mean])
  abduct(x) = whiten(x, mean, cholesky)
  logpdf(x) = log_mvnormal_density(x, mean, cholesky)
  moment_mean = mean
  moment_variance = [sum([cholesky[i, k]^2 for k in 0..=i]) for i in 0..len(mean)]
}
