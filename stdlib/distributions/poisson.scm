/// Poisson distribution with mean `rate ≥ 0`. Support: 0, 1, 2, … Mass: rate^k exp(-rate) / k!. Drawn by counting up
/// the distribution function below rate 10, else by transformed rejection with squeeze (Hörmann 1993, algorithm
/// PTRS): the time does not grow with the rate. Mechanism: the quantile of one uniform. Mean and variance are the
/// rate. Example: `calls ~ poisson(20)`.
dist poisson(rate: real): int {
  require rate >= 0 and rate < infinity
  support(k) = k >= 0
  draw {
    if rate < 10 {
      return poisson_by_counting(rate, noise_uniform())
    }
    let b = 0.931 + 2.53 * sqrt(rate)
    let a = -0.059 + 0.02483 * b
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    var k = 0
    var accepted = false
    while not accepted {
      let u = noise_uniform() - 0.5
      let v = noise_uniform()
      let us = 0.5 - abs(u)
      k = floor((2 * a / us + b) * u + rate + 0.43)
      if us >= 0.07 and v <= 0.9277 - 3.6224 / (b - 2) {
        accepted = true
      } else if k >= 0 and (us >= 0.013 or v <= us) {
        accepted = log(v * inverse_alpha / (a / us^2 + b)) <= log_poisson_term(k, rate)
      }
    }
    return k
  }
  logpdf(k) = if k >= 0 then log_poisson_term(k, rate) else -infinity
  cdf(k) = if k < 0 then 0.0 else if k == infinity then 1.0 else gamma_q(floor(k) + 1, rate)
  survival(k) = if k < 0 then 1.0 else if k == infinity then 0.0 else gamma_p(floor(k) + 1, rate)
  logcdf(k) = if k < 0 then -infinity else if k == infinity then 0.0 else log_gamma_q(floor(k) + 1, rate)
  quantile(u) = poisson_quantile(rate, u)
  moment_mean = rate
  moment_variance = rate
}
