/// One step of the method of Dormand and Prince: the new state, its slope, the error estimate, and the state behind the sixth slope.
fn ode_step(f, t: real, y: vector, h: real, k1: vector, args) {
  let n = len(y)
  let k2 = f(t + h / 5, [y[i] + h * k1[i] / 5 for i in 0..n], args)
  let k3 = f(t + 3 * h / 10, [y[i] + h * (3 * k1[i] + 9 * k2[i]) / 40 for i in 0..n], args)
  let k4 = f(t + 4 * h / 5, [y[i] + h * (44 * k1[i] / 45 - 56 * k2[i] / 15 + 32 * k3[i] / 9) for i in 0..n], args)
  let y5 = [
    y[i] + h * (19372 * k1[i] / 6561 - 25360 * k2[i] / 2187 + 64448 * k3[i] / 6561 - 212 * k4[i] / 729)
    for i in 0..n
  ]
  let k5 = f(t + 8 * h / 9, y5, args)
  let y6 = [
    y[i] + h * (9017 * k1[i] / 3168 - 355 * k2[i] / 33 + 46732 * k3[i] / 5247 + 49 * k4[i] / 176 - 5103 * k5[i] / 18656)
    for i in 0..n
  ]
  let k6 = f(t + h, y6, args)
  let y7 = [
    y[i] + h * (35 * k1[i] / 384 + 500 * k3[i] / 1113 + 125 * k4[i] / 192 - 2187 * k5[i] / 6784 + 11 * k6[i] / 84)
    for i in 0..n
  ]
  let k7 = f(t + h, y7, args)
  let error = [
    h
      * (
        71 * k1[i] / 57600
          - 71 * k3[i] / 16695
          + 71 * k4[i] / 1920
          - 17253 * k5[i] / 339200
          + 22 * k6[i] / 525
          - k7[i] / 40
      )
    for i in 0..n
  ]
  return { state: y7, slope: k7, error: error, inner: y6, before: k6 }
}

/// Root of the mean of (x / scale)², the scales being those of states that may differ by `atol` and `rtol`.
fn ode_norm(x: vector, y: vector, z: vector, rtol: real, atol: real): real {
  var total = 0.0
  for i in 0..len(x) {
    total = total + (x[i] / (atol + rtol * max(abs(y[i]), abs(z[i]))))^2
  }
  return sqrt(total / len(x))
}

/// A first step that is neither too short nor too long (Hairer, Nørsett and Wanner, section II.4); `way` is 1 or -1.
fn ode_first_step(f, t: real, y: vector, k1: vector, way: real, args, rtol: real, atol: real): real {
  let size = ode_norm(y, y, y, rtol, atol)
  let slope = ode_norm(k1, y, y, rtol, atol)
  let short = if size < 1e-10 or slope < 1e-10 then 1e-6 else 0.01 * size / slope
  let next = f(t + way * short, [y[i] + way * short * k1[i] for i in 0..len(y)], args)
  let bend = ode_norm([next[i] - k1[i] for i in 0..len(y)], y, y, rtol, atol) / short
  let steepest = max(slope, bend)
  let long = if steepest <= 1e-15 then max(1e-6, short * 1e-3) else (0.01 / steepest)^0.2
  return min(100 * short, long)
}

/// The solution of the differential equation y' = f(t, y, args) with y = y0 at the first of the `times`: a row for each time, the first
/// being y0. Times rise, or all fall. `f` is the name of a function that gives the slopes as an array as long as y;
/// `args` is handed to it as it is: an array, a tuple or a record of parameters.
///
/// Explicit Runge–Kutta method of order 5 with an embedded one of order 4 (Dormand and Prince 1980), steps set by a PI controller
/// so that the error of each stays under `atol + rtol · |y|`, and ending at each time exactly (Hairer, Nørsett and Wanner, Solving
/// Ordinary Differential Equations I, sections II.4 and II.5, IV.2 for stiffness). An equation that is stiff, that runs into a
/// singularity, or that takes more than `most_steps` steps ends the run with E0622.
fn ode(f, y0: vector, times: vector, args = [0.0], rtol = 1e-8, atol = 1e-10, most_steps = 100000): matrix {
  var rows = [y0]
  let way = if times[len(times) - 1] < times[0] then -1.0 else 1.0
  var t = times[0]
  var y = y0
  var slope = f(t, y, args)
  var h = ode_first_step(f, t, y, slope, way, args, rtol, atol)
  var before = 1e-4
  var rejected = false
  var steps = 0
  var stiff = 0
  var tame = 0
  var first = true
  for end in times {
    assert(way * (end - t) >= 0, "ode: the times must all rise, or all fall.")
    while way * (end - t) > 0 {
      let left = way * (end - t)
      let last = left <= 1.000001 * h
      let length = if last then left else h
      assert(steps < most_steps, "ode: the equation takes more steps than `most_steps` allows; it may be stiff.")
      assert(
        length > 1e-15 * abs(t) and length > 1e-300,
        "ode: the steps shrank to nothing: the solution runs into a singularity, or is no number."
      )
      let tried = ode_step(f, t, y, way * length, slope, args)
      let error = ode_norm(tried.error, y, tried.state, rtol, atol)
      steps = steps + 1
      if error <= 1 {
        // Behind a thousand steps a step at the border of stability, fifteen times over, is a stiff equation.
        if steps >= 1000 {
          var speed = 0.0
          var distance = 0.0
          for i in 0..len(y) {
            speed = speed + (tried.slope[i] - tried.before[i])^2
            distance = distance + (tried.state[i] - tried.inner[i])^2
          }
          if distance > 0 and length * sqrt(speed / distance) > 3.25 {
            tame = 0
            stiff = stiff + 1
            assert(
              stiff < 15,
              "ode: the equation is stiff, which an explicit method can not follow; scale it, or write out its fast part as settled."
            )
          } else {
            tame = tame + 1
            if tame == 6 {
              stiff = 0
            }
          }
        }
        let ratio = max(0.1, min(5.0, max(error, 1e-10)^0.17 / before^0.04 / 0.9))
        let next = length / ratio
        // A step cut short by a time says nothing against the length that was planned.
        h = if last then max(h, if rejected then length else next) else if rejected then min(next, length) else next
        before = max(error, 1e-4)
        t = if last then end else t + way * length
        y = tried.state
        slope = tried.slope
        rejected = false
      } else {
        // What is no number is a step too long.
        h = if error > 1 then length / min(5.0, error^0.17 / 0.9) else 0.2 * length
        rejected = true
      }
    }
    if not first {
      rows = append(rows, y)
    }
    first = false
  }
  return rows
}
