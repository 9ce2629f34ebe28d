/// Inverse of `erf` on [-1, 1], to 5e-16 relative in the result for |x| ≤ 0.75, where it is x times a rational
/// function of degree 7 in x² fitted at the Chebyshev nodes (error 2e-18); beyond, from `erfcinv`.
fn erfinv(x: real): real = if abs(x) > 0.75 then sign(x) * erfcinv_tail(1 - abs(x)) else erfinv_middle(x)

/// The same for |x| ≤ 0.75.
fn erfinv_middle(x: real): real {
  let w = 0.5625 - x^2
  let p_high = ((0.004629517836199464 * w + 0.31730417194039606) * w + 3.408658782601145) * w + 12.832151510619875
  let p_middle = ((p_high * w + 21.727106021614006) * w + 18.039487150473597) * w + 7.160921199707379
  let p = p_middle * w + 1.0845597967968248
  let q_high = ((0.030108495873496597 * w + 0.8535064285470091) * w + 6.247619308964538) * w + 18.607684554381887
  let q = (((q_high * w + 26.78300806716227) * w + 19.70783200731746) * w + 7.121354241112377) * w + 1.0
  return x * (p / q)
}

/// Inverse of `erfc` on [0, 2], accurate in the far tail (y down to 1e-300) as in Wichura's AS 241 (1988): rational
/// functions of r = √(-log y), fitted at the Chebyshev nodes for r up to 4 and, in 1/r, beyond (errors 5e-16 and
/// 2e-16).
fn erfcinv(y: real): real {
  if y > 1.75 {
    return -erfcinv_tail(2 - y)
  }
  return if y >= 0.25 then erfinv_middle(1 - y) else erfcinv_tail(y)
}

/// The same for y < 0.25.
fn erfcinv_tail(y: real): real {
  if y <= 0 {
    return if y == 0 then infinity else nan
  }
  let r = sqrt(-log(y))
  if r > 4 {
    let t = 1 / r
    let p_high = ((11440.015521423245 * t + 588840.856112196) * t + 1541061.921574525) * t + 1879671.2720560539
    let p_middle = ((p_high * t + 2335405.401887195) * t + 980933.2274749447) * t + 147965.4100614092
    let p = ((p_middle * t + 8548.30449710133) * t + 177.96397247052704) * t + 1.0000015401576285
    let q_high = ((746078.3027057884 * t + 1495711.7706004954) * t + 2931993.630316221) * t + 2886535.6518174564
    let q_middle = ((q_high * t + 2554691.088469215) * t + 997665.9716472928) * t + 148411.91933121308
    let q = ((q_middle * t + 8551.632317600803) * t + 177.965380910747) * t + 1.0
    return r * (p / q)
  }
  let s = r - 1
  let p_high = (0.0013628706470179594 * s + 0.03614521389387962) * s + 0.33372997261906207
  let p_middle = ((p_high * s + 1.5154367900913337) * s + 3.9002230509867966) * s + 6.0354639509991586
  let p = ((p_middle * s + 5.606986241058624) * s + 2.89201501317436) * s + 0.63671613721615
  let q_high = (2.4178908840901745e-09 * s + 0.0013626450218782464) * s + 0.034799386849711296
  let q_middle = ((q_high * s + 0.3020546895483119) * s + 1.2663676845187524) * s + 2.9525361197516555
  let q = ((q_middle * s + 4.000211693904056) * s + 3.006045089132673) * s + 1.0
  return p / q
}
