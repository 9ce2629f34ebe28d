/// Stationary autoregressive process of order 1: `n` values x[i] = mean + coefficient (x[i - 1] - mean) + sd z, z
/// standard normal, with -1 < coefficient < 1; the first has the process's own distribution, normal(mean, sd / √(1 -
/// coefficient²)). Support: vectors of n reals. Density: the product of these normals. Mechanism: the z, one a value.
/// Mean `mean`, variance sd² / (1 - coefficient²). Example: `drift ~ ar1(coefficient = 0.9, sd = 0.2, n = 100)`.
dist ar1(coefficient: real, sd: real, n: int, mean: real = 0.0): vector {
  require abs(coefficient) < 1
  require sd > 0
  require n >= 0
  support(x) = len(x) == n
  draw = ar1_path(coefficient, sd, n, mean, sd / sqrt(1 - coefficient^2), 0.0)
  abduct(x) = ar1_noise(x, coefficient, sd, mean, sd / sqrt(1 - coefficient^2), 0.0)
  logpdf(x) {
    return if len(x) == n
      then log_ar1_density(x, coefficient, sd, mean, sd / sqrt(1 - coefficient^2), 0.0)
      else -infinity
  }
  moment_mean = fill(n, mean)
  moment_variance = fill(n, sd^2 / (1 - coefficient^2))
}

/// Autoregressive process of order 1 with any coefficient, one step on from a known value: `ar1(1.02, 0.2, 100, start =
/// 3)`. Mean mean + coefficient^(i + 1) (start - mean), variance sd² (1 + coefficient² + … + coefficient^(2 i)).
dist ar1(coefficient: real, sd: real, n: int, start: real, mean: real = 0.0): vector {
  require sd > 0
  require n >= 0
  support(x) = len(x) == n
  draw = ar1_path(coefficient, sd, n, mean, sd, start - mean)
  abduct(x) = ar1_noise(x, coefficient, sd, mean, sd, start - mean)
  logpdf(x) = if len(x) == n then log_ar1_density(x, coefficient, sd, mean, sd, start - mean) else -infinity
  moment_mean = [mean + coefficient^(i + 1) * (start - mean) for i in 0..n]
  moment_variance = [sum([(sd * coefficient^k)^2 for k in 0..=i]) for i in 0..n]
}
