/// Zero-inflated distribution: 0 with probability `p`, else a draw from the distribution `d` of numbers. It needs the
/// cdf of d, which tells whether d has mass at 0 itself (counts) or a density there. Support: 0 and that of d. Mass
/// or density: at 0, p + (1 - p) times the mass of d at 0; elsewhere (1 - p) times that of d. Mechanism: 0 where u <
/// p, else that of d. Mean (1 - p) m, variance (1 - p) (v + p m²) with m and v those of d. Example: `fish ~
/// zero_inflated(0.4, poisson(3))`, `rain ~ zero_inflated(0.7, gamma(2, 0.5))`.
dist zero_inflated(p: real, d: dist) {
  require p >= 0 and p <= 1
  draw = if noise_uniform() < p then 0 else sample d
  abduct(x) {
    if x == 0 {
      let inside = (1 - p) * mass_at_zero(d)
      let u = noise_uniform() * (p + inside)
      return if u < p then [u] else concat([p + noise_uniform() * (1 - p)], abduct(d, x))
    }
    return concat([p + noise_uniform() * (1 - p)], abduct(d, x))
  }
  logpdf(x) = if x == 0 then log(p + (1 - p) * mass_at_zero(d)) else log1p(-p) + logpdf(d, x)
  cdf(x) = if x < 0 then (1 - p) * cdf(d, x) else p + (1 - p) * cdf(d, x)
  survival(x) = if x < 0 then p + (1 - p) * survival(d, x) else (1 - p) * survival(d, x)
  quantile(u) {
    let below = (1 - p) * (cdf(d, 0) - mass_at_zero(d))
    if u <= below {
      return quantile(d, min(u / (1 - p), 1.0))
    }
    return if u <= p + (1 - p) * cdf(d, 0) then 0 else quantile(d, min((u - p) / (1 - p), 1.0))
  }
  moment_mean = (1 - p) * moment_mean(d)
  moment_variance = (1 - p) * (moment_variance(d) + p * moment_mean(d)^2)
}
