/// Logistic distribution: `location` and `scale > 0`. Support: all reals. Its distribution function is the function
/// `logistic`; with one argument that name is the function, with two it is this distribution.
/// Density: exp(-z) / (scale (1 + exp(-z))²) with z = (x - location) / scale. Mechanism: the quantile of one uniform,
/// location + scale log(u / (1 - u)). Mean `location`, variance π² scale² / 3.
/// Example: `utility ~ logistic(0, 1)`.
dist logistic(location: real, scale: real): real {
  require scale > 0
  draw = location - scale * log(expm1(noise_exponential()))
  logpdf(x) {
    let z = abs(x - location) / scale
    return -z - 2 * log1p(exp(-z)) - log(scale)
  }
  cdf(x) = logistic((x - location) / scale)
  survival(x) = logistic((location - x) / scale)
  logcdf(x) {
    let z = (x - location) / scale
    return if z < 0 then z - log1p(exp(z)) else -log1p(exp(-z))
  }
  quantile(p) = location + scale * logit(p)
  moment_mean = location
  moment_variance = (pi * scale)^2 / 3
}
