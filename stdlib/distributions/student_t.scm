/// Student's t distribution: degrees of freedom `df > 0`, `location` and `scale > 0`. Support: all reals. Density: (1
/// + z² / df)^(-(df + 1) / 2) / (B(1/2, df / 2) √df scale) with z = (x - location) / scale. Drawn as a normal over
/// the root of a gamma. Mechanism: the quantile of one uniform. Mean `location` for df > 1, variance scale² df / (df
/// - 2) for df > 2, infinite down to df = 1. Example: `effect ~ student_t(4, 0, 1)`.
dist student_t(df: real, location: real, scale: real): real {
  require df > 0
  require scale > 0
  draw {
    let z = noise_normal()
    if df >= 2 {
      return location + scale * z / sqrt(sample gamma(0.5 * df, 0.5 * df))
    }
    let log_precision = log(sample gamma(0.5 * df + 1, 0.5 * df)) - 2 * noise_exponential() / df
    return location + scale * z * exp(-0.5 * log_precision)
  }
  logpdf(x) {
    let z = abs(x - location) / scale
    let tail = log1p_square(z / sqrt(df))
    return -0.5 * (df + 1) * tail - lbeta(0.5, 0.5 * df) - 0.5 * log(df) - log(scale)
  }
  cdf(x) {
    let tail = student_t_tail(df, abs(x - location) / scale)
    return if x < location then tail else 1 - tail
  }
  survival(x) {
    let tail = student_t_tail(df, abs(x - location) / scale)
    return if x > location then tail else 1 - tail
  }
  logcdf(x) {
    let tail = log_student_t_tail(df, abs(x - location) / scale)
    return if x < location then tail else log1p(-exp(tail))
  }
  quantile(p) = location + scale * student_t_quantile(df, p)
  moment_mean = if df > 1 then location else nan
  moment_variance = if df > 2 then scale^2 * df / (df - 2) else if df > 1 then infinity else nan
}
