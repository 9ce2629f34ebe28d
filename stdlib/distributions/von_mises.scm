/// Von Mises distribution of an angle in radians: `mean` direction and `concentration ≥ 0`, 0 for the uniform on the
/// circle. Draws lie within π of `mean`. Support: angles. Density: exp(concentration cos(x - mean)) / (2π
/// I₀(concentration)), the same for x and x + 2π, so that an angle may be given in any turn; cdf and quantile count
/// from mean - π. Drawn by rejection from a normal, since |sin(t / 2)| ≥ |t| / π (Jordan's inequality): at most two
/// tries in the mean for any concentration. Mechanism: the quantile of one uniform, so that a turn of `mean` turns
/// the value. Mean `mean`; the variance is that of the draw on its line, by quadrature. Example: `heading ~
/// von_mises(0.3, 4)`.
dist von_mises(mean: real, concentration: real): real {
  require concentration >= 0 and concentration < infinity
  draw {
    var angle = 0.0
    var accepted = false
    while not accepted {
      if concentration < 1 {
        angle = pi * (2 * noise_uniform() - 1)
        accepted = noise_exponential() > 2 * concentration * sin(0.5 * angle)^2
      } else {
        angle = 0.5 * pi / sqrt(concentration) * noise_normal()
        let shortfall = sin(0.5 * angle)^2 - (angle / pi)^2
        accepted = abs(angle) <= pi and noise_exponential() > 2 * concentration * shortfall
      }
    }
    return mean + angle
  }
  logpdf(x) = -2 * concentration * sin(0.5 * (x - mean))^2 - log(2 * pi * bessel_i0e(concentration))
  cdf(x) = if x <= mean then von_mises_tail(mean - x, concentration) else 1 - von_mises_tail(x - mean, concentration)
  survival(x) =
    if x > mean then von_mises_tail(x - mean, concentration) else 1 - von_mises_tail(mean - x, concentration)
  logcdf(x) {
    return if x <= mean
      then log_von_mises_tail(mean - x, concentration)
      else log1p(-von_mises_tail(x - mean, concentration))
  }
  quantile(p) {
    let size = von_mises_tail_inverse(min(p, 1 - p), concentration)
    return if p < 0.5 then mean - size else mean + size
  }
  moment_mean = mean
  moment_variance = von_mises_variance(concentration)
}
