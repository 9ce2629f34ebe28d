/// Half-Cauchy distribution: the absolute value of a Cauchy at 0 with `scale > 0`. Support: x ≥ 0. Density: 2 / (π
/// scale (1 + (x / scale)²)). Mechanism: scale tan(π u / 2). Mean and variance are infinite. Example: `tau ~
/// half_cauchy(5)`.
dist half_cauchy(scale: real): real {
  require scale > 0
  support(x) = x >= 0
  draw = scale * tan(0.5 * pi * noise_uniform())
  logpdf(x) = if x >= 0 then log(2 / (pi * scale)) - log1p_square(x / scale) else -infinity
  cdf(x) = if x > 0 then 2 / pi * atan2(x, scale) else 0.0
  survival(x) = if x > 0 then 2 / pi * atan2(scale, x) else 1.0
  quantile(p) = if p < 0.5 then scale * tan(0.5 * pi * p) else scale / tan(0.5 * pi * (1 - p))
  moment_mean = infinity
  moment_variance = infinity
}
