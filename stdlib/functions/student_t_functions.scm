/// Probability that a standard Student t with `df` degrees of freedom exceeds t ≥ 0: I_x(df/2, 1/2) / 2 at x = df /
/// (df + t²) (Abramowitz and Stegun 26.7.1). Where x would underflow, its leading power.
fn student_t_tail(df: real, t: real): real = exp(log_student_t_tail(df, t))

/// log of `student_t_tail`, also where that underflows.
fn log_student_t_tail(df: real, t: real): real {
  let odds = 2 * log(t) - log(df)
  if odds > 600 {
    return -0.5 * df * odds - log(df) - lbeta(0.5 * df, 0.5)
  }
  return log_beta_i(0.5 * df, 0.5, df / (df + t^2), t^2 / (df + t^2)) - 0.6931471805599453
}

/// Quantile of the standard Student t distribution, by the inverse of the incomplete beta function.
fn student_t_quantile(df: real, p: real): real {
  if p == 0.5 {
    return 0.0
  }
  let tail = 2 * min(p, 1 - p)
  let size = exp(0.5 * (log(df) - beta_root(0.5 * df, 0.5, tail, 2 * abs(p - 0.5))))
  return if p < 0.5 then -size else size
}
