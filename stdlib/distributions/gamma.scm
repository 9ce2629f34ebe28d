/// Gamma distribution: `shape > 0` and `rate > 0`. Support: x > 0. Density: rate^shape x^(shape - 1) exp(-rate x) /
/// Γ(shape). Drawn by rejection (Marsaglia and Tsang 2000), with their power of a uniform for shape < 1; what is less
/// than the least normal double is drawn as that. Mechanism: the quantile of one uniform. Mean shape / rate, variance
/// shape / rate². Example: `rate ~ gamma(shape = 2, rate = 0.5)`.
dist gamma(shape: real, rate: real): real {
  require shape > 0
  require rate > 0
  support(x) = x > 0
  draw {
    let d = (if shape < 1 then shape + 1 else shape) - 1 / 3
    let c = 1 / sqrt(9 * d)
    var v = 0.0
    var accepted = false
    while not accepted {
      let z = noise_normal()
      v = (1 + c * z)^3
      if v > 0 {
        let u = noise_uniform()
        accepted = u < 1 - 0.0331 * z^4 or log(u) < 0.5 * z^2 + d * (1 - v + log(v))
      }
    }
    if shape < 1 {
      v = v * exp(-noise_exponential() / shape)
    }
    return max(d * v / rate, 2.2250738585072014e-308)
  }
  logpdf(x) = if x > 0 then log(shape) - log(x) + log_poisson_term(shape, rate * x) else -infinity
  cdf(x) = gamma_p(shape, rate * x)
  survival(x) = gamma_q(shape, rate * x)
  logcdf(x) = log_gamma_p(shape, rate * x)
  quantile(p) = gamma_p_inverse(shape, p) / rate
  moment_mean = shape / rate
  moment_variance = shape / rate^2
}

/// Gamma distribution by shape and scale, the inverse of the rate: `gamma(2, scale = 3)`.
dist gamma(shape: real, scale: real): real {
  require shape > 0
  require scale > 0
  support(x) = x > 0
  draw = max(scale * sample gamma(shape, 1), 2.2250738585072014e-308)
  logpdf(x) = if x > 0 then log(shape) - log(x) + log_poisson_term(shape, x / scale) else -infinity
  cdf(x) = gamma_p(shape, x / scale)
  survival(x) = gamma_q(shape, x / scale)
  logcdf(x) = log_gamma_p(shape, x / scale)
  quantile(p) = gamma_p_inverse(shape, p) * scale
  moment_mean = shape * scale
  moment_variance = shape * scale^2
}
