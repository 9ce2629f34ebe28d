/// The error function 2/√π ∫₀ˣ exp(-t²) dt, to 3e-16 relative.
fn erf(x: real): real = if abs(x) <= 1 then erf_core(x) else sign(x) * (1 - erfc_tail(abs(x)))

/// The complementary error function 1 - erf(x), relatively accurate down to where it underflows at x = 27.2.
fn erfc(x: real): real = if x >= 0.5 then erfc_tail(x) else if x > -0.5 then 1 - erf_core(x) else 2 - erfc_tail(-x)

/// exp(x²) erfc(x), relatively accurate for all x where it is finite.
fn erfcx(x: real): real = if x >= 0.5 then erfcx_tail(x) else exp(x^2) * erfc(x)

/// erf on [-1, 1]: x times a rational function of x², fitted at the Chebyshev nodes (error 3e-18).
fn erf_core(x: real): real {
  let z = x^2
  let p_high = (0.00019496984753178997 * z + 0.0018273246406360385) * z + 0.04530431496553584
  let p = (p_high * z + 0.14214874428063382) * z + 1.1283791670955126
  let q_high = (2.029955528683424e-05 * z + 0.0006812436819785099) * z + 0.010582353560685183
  let q = ((q_high * z + 0.09325302973969972) * z + 0.45930937793412957) * z + 1.0
  return x * (p / q)
}

/// erfcx for x ≥ 0.5: 2/(2 + x) times a rational function of it, fitted at the Chebyshev nodes on the whole half
/// line (error 1e-17).
fn erfcx_tail(x: real): real {
  let t = 2 / (2 + x)
  let p_high = ((0.1607696303720345 * t + 0.5239460325298275) * t + 1.1087537357408188) * t + 1.5698859598721335
  let p_middle = ((p_high * t + 2.34297134040473) * t + 1.7272389944148505) * t + 2.5659800583252936
  let p_low = ((p_middle * t + 0.7336308003467734) * t + 1.4048403658594055) * t + 0.08145673283657773
  let p = p_low * t + 0.28209479177387814
  let q_high = ((0.036317881170019724 * t - 0.03274794469675846) * t + 0.7939180470723328) * t - 0.5409179811951802
  let q_middle = ((q_high * t + 4.077746342131241) * t - 1.967353195573817) * t + 7.2478572440203015
  let q = (((q_middle * t - 2.218281383183961) * t + 4.816272833150808) * t - 0.7112434004032385) * t + 1.0
  return t * (p / q)
}

/// erfc for x ≥ 0.5. x is cut to sixteenths, whose square is exact, so that rounding x² costs no digits (Cody
/// 1969).
fn erfc_tail(x: real): real {
  if x > 28 {
    return 0.0
  }
  let coarse = floor(16 * x) / 16
  return exp(-coarse^2) * exp(-(x - coarse) * (x + coarse)) * erfcx_tail(x)
}
