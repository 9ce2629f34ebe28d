/// Derivative of log Γ(x). From 3 on log x - 1/(2x) - 1/x² times a rational function of 1/x² (error 8e-17); on [1,
/// 2] a rational function times the distance to the zero, which is kept in two parts, so that digits stay relative
/// there; else recurrence and reflection (DLMF 5.5).
fn digamma(x: real): real {
  if x > 0 {
    return digamma_above(x)
  }
  let part = pi * (x - round(x))
  return digamma_above(1 - x) - pi * cos(part) / sin(part)
}

/// The same for x > 0.
fn digamma_above(x: real): real {
  if x >= 3 {
    return digamma_far(x)
  }
  if x > 2 {
    return digamma_near(x - 1) + 1 / (x - 1)
  }
  return if x >= 1 then digamma_near(x) else digamma_near(x + 1) - 1 / x
}

/// The same from 3 on.
fn digamma_far(x: real): real {
  let z = 1 / x^2
  let p_high = ((0.30119550342573925 * z + 4.787886701463698) * z + 10.29444636717967) * z + 6.392426356814057
  let p = (p_high * z + 1.3463620614656908) * z + 0.08333333333333333
  let q_high = ((6.834300514262889 * z + 67.51238662491605) * z + 130.63795791196165) * z + 78.28713170797754
  let q = (q_high * z + 16.25634473758811) * z + 1.0
  return log(x) - 0.5 / x - z * (p / q)
}

/// The same on [1, 2].
fn digamma_near(x: real): real {
  let t = x - 1
  let p_high = (1.0894678528383955e-06 * t + 0.0005811135063985677) * t + 0.01996408274151926
  let p_middle = ((p_high * t + 0.21631407251432455) * t + 0.9711327526262392) * t + 1.8675925104074453
  let p = p_middle * t + 1.2503801375034054
  let q_high = (0.00012043151172286901 * t + 0.006100975692434821) * t + 0.09111902253303285
  let q = (((q_high * t + 0.5710455727133128) * t + 1.6630736963665909) * t + 2.1771665986671342) * t + 1.0
  return (x - 1.4616321449683622 - 9.549995429965698e-17) * (p / q)
}

/// Second derivative of log Γ(x). From 3 on 1/x + 1/(2x²) + 1/x³ times a rational function of 1/x² (error 8e-18);
/// below, recurrence and reflection.
fn trigamma(x: real): real =
  if x <= 0 then (pi / sin(pi * (x - round(x))))^2 - trigamma_above(1 - x) else trigamma_above(x)

/// The same for x > 0.
fn trigamma_above(x: real): real {
  var above = 0.0
  var y = x
  while y < 3 {
    above = above + 1 / y^2
    y = y + 1
  }
  let z = 1 / y^2
  let p_high = ((4.518175168677812 * z + 77.57861309860067) * z + 183.52325424084174) * z + 135.7502067080971
  let p = ((p_high * z + 39.010077873613405) * z + 4.465799035373013) * z + 0.16666666666666666
  let q_high = ((72.13352593471855 * z + 628.6381903119026) * z + 1243.6374888662333) * z + 858.7081548609071
  let q = ((q_high * z + 239.31656894128326) * z + 26.99479421223805) * z + 1.0
  return above + 1 / y + z * (0.5 + p / (q * y))
}
