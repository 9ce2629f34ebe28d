/// log |Γ(x)|, to 4e-16 relative (near the zeros at negative x: absolute). On [1, 2.5] see `lgamma1p`; above,
/// Stirling's formula with `stirling_error`; between 0 and 1 the recurrence, below 0 the reflection formula (DLMF
/// 5.5.3). Infinite at 0, -1, -2, …
fn lgamma(x: real): real {
  if x > 0 {
    return lgamma_above(x)
  }
  if x == floor(x) {
    return infinity
  }
  return log(pi / abs(sin(pi * (x - round(x))))) - lgamma_above(1 - x)
}

/// log Γ(x) for x > 0.
fn lgamma_above(x: real): real {
  if x >= 2.5 {
    return (x - 0.5) * (log(x) - 1) + 0.4189385332046727 + stirling_series(x)
  }
  if x >= 1 {
    return lgamma1p(x - 1)
  }
  return lgamma1p(x) - log(x)
}

/// log Γ(1 + t) for t in [0, 1.5], relatively accurate at its zeros t = 0 and 1: t (t - 1) times a rational
/// function of degree 7 fitted at the Chebyshev nodes (error 2e-17).
fn lgamma1p(t: real): real {
  let p_high = (1.617450683823641e-06 * t + 0.0006980166023666075) * t + 0.021203176043154633
  let p_middle = ((p_high * t + 0.20439108881700774) * t + 0.8520513981541668) * t + 1.70581416294524
  let p = (p_middle * t + 1.6127980988295134) * t + 0.5772156649015329
  let q_high = (0.0001821462808366695 * t + 0.009078152769591183) * t + 0.13188406729040505
  let q_middle = ((q_high * t + 0.8203148799058525) * t + 2.531159284096056) * t + 4.0536681493160565
  let q = (q_middle * t + 3.218986559675325) * t + 1.0
  return t * (t - 1) * (p / q)
}

/// What Stirling's formula lacks: log Γ(x) - (x - 1/2) log x + x - log(2π) / 2, for x > 0. The densities of Loader
/// (2000) are built on it.
fn stirling_error(x: real): real =
  if x < 2.5 then lgamma_above(x) - (x - 0.5) * log(x) + x - 0.9189385332046727 else stirling_series(x)

/// The same from 2.5 on: 1/x times a rational function of degree 5 in 1/x² fitted at the Chebyshev nodes (error 1e-16).
fn stirling_series(x: real): real {
  let z = 1 / x^2
  let p_high = ((0.0788569621049817 * z + 1.6632385673127168) * z + 4.820336693968343) * z + 3.936301826783134
  let p = (p_high * z + 1.0662103790034527) * z + 0.08333333333333333
  let q_high = ((1.3339567001446087 * z + 21.56379392899208) * z + 59.31746955077277) * z + 47.65369337462923
  let q = (q_high * z + 12.827857881374605) * z + 1.0
  return p / (q * x)
}

/// log of the beta function Γ(a) Γ(b) / Γ(a + b), for a, b > 0. Nothing cancels when one or both are large: there
/// the Stirling parts are put together by hand (Didonato and Morris 1992, TOMS 708).
fn lbeta(a: real, b: real): real {
  let small = min(a, b)
  let large = max(a, b)
  if large < 2.5 {
    return lgamma(a) + (lgamma(b) - lgamma(a + b))
  }
  let ratio = small / large
  let rest = stirling_error(large) - stirling_error(small + large)
  if small < 2.5 {
    return lgamma(small) - small * log(small + large) - large * log1p_minus(ratio) + 0.5 * log1p(ratio) + rest
  }
  return 0.9189385332046727
    - 0.5 * log(small)
    + small * log(ratio / (1 + ratio))
    - (large - 0.5) * log1p(ratio)
    + stirling_error(small)
    + rest
}

/// log of n over k, for real 0 ≤ k ≤ n.
fn lchoose(n: real, k: real): real = if k == 0 or k == n then 0.0 else -log1p(n) - lbeta(k + 1, n - k + 1)

/// n over k for whole numbers: exact while it stays below 2^53, 0 for k < 0 or k > n.
fn choose(n: int, k: int): real {
  let least = min(k, n - k)
  if least < 0 {
    return 0.0
  }
  if least > 500 {
    return exp(lchoose(n, k))
  }
  var result = 1.0
  for i in 1..=least {
    result = round(result * (n - least + i) / i)
  }
  return result
}

/// n! for a whole number n ≥ 0: exact up to 22, infinite above 170.
fn factorial(n: int): real {
  var result = 1.0
  for i in 2..=min(n, 171) {
    result = result * i
  }
  return result
}
