/// Cauchy distribution: `location` and `scale > 0`. Support: all reals. Density: 1 / (π scale (1 + ((x - location) /
/// scale)²)). Mechanism: location + scale tan(π (u - 1/2)). It has no mean and no variance. Example: `shift ~
/// cauchy(0, 1)`.
dist cauchy(location: real, scale: real): real {
  require scale > 0
  draw = location + scale * tan(pi * (noise_uniform() - 0.5))
  logpdf(x) = -log(pi * scale) - log1p_square((x - location) / scale)
  cdf(x) = atan2(scale, location - x) / pi
  survival(x) = atan2(scale, x - location) / pi
  quantile(p) {
    if abs(p - 0.5) < 0.25 {
      return location + scale * tan(pi * (p - 0.5))
    }
    return if p < 0.5 then location - scale / tan(pi * p) else location + scale / tan(pi * (1 - p))
  }
  moment_mean = nan
  moment_variance = nan
}
