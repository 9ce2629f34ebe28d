/// The integral of f(t) = t^power exp(-2 k (sin²(t/2) - sin²(a/2))) from a to b, 0 ≤ a ≤ b ≤ π, by Gauss and
/// Legendre's rule of 16 points on each of 8 panels.
fn von_mises_integral(k: real, a: real, b: real, power: int): real {
  let nodes = [
    0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438, 0.755404408355003,
    0.8656312023878318, 0.9445750230732326, 0.9894009349916499
  ]
  let weights = [
    0.1894506104550685, 0.18260341504492358, 0.16915651939500254, 0.14959598881657674, 0.12462897125553387,
    0.09515851168249279, 0.062253523938647894, 0.027152459411754096
  ]
  let half = (b - a) / 16
  var total = 0.0
  for panel in 0..8 {
    let centre = a + half * (2 * panel + 1)
    for i in 0..8 {
      for side in [-1, 1] {
        let t = centre + side * half * nodes[i]
        total = total + weights[i] * t^power * exp(-2 * k * sin(0.5 * (t - a)) * sin(0.5 * (t + a)))
      }
    }
  }
  return half * total
}

/// Where exp(-2 k sin²(t/2)) has fallen by e⁻⁴² from its value at a, or π.
fn von_mises_reach(k: real, a: real): real {
  let height = sin(0.5 * a)^2 + 21 / k
  return if height >= 1 then pi else 2 * asin(sqrt(height))
}

/// log P(X > size) for a von Mises angle about 0 with concentration k, 0 ≤ size; accurate in the tail to 1e-14.
fn log_von_mises_tail(size: real, k: real): real {
  if size >= pi {
    return -infinity
  }
  let integral = von_mises_integral(k, size, von_mises_reach(k, size), 0)
  return -2 * k * sin(0.5 * size)^2 + log(integral / (2 * pi * bessel_i0e(k)))
}

/// P(X > size) for a von Mises angle about 0 with concentration k.
fn von_mises_tail(size: real, k: real): real = exp(log_von_mises_tail(size, k))

/// The size with P(X > size) = p, 0 ≤ p ≤ 1/2: Newton's method on the logarithm of the tail, kept between bounds.
fn von_mises_tail_inverse(p: real, k: real): real {
  if p <= 0 {
    return pi
  }
  if p >= 0.5 {
    return 0.0
  }
  var low = 0.0
  var high = pi
  var size = min(-normal_quantile(p) / sqrt(k + 0.1), 3.0)
  var step = 1.0
  var steps = 0
  while abs(step) > 1e-14 * size and steps < 100 {
    steps = steps + 1
    let tail = log_von_mises_tail(size, k)
    if tail > log(p) {
      low = size
    } else {
      high = size
    }
    let slope = exp(-2 * k * sin(0.5 * size)^2 - log(2 * pi * bessel_i0e(k)) - tail)
    let newton = size + (tail - log(p)) / slope
    let next = if newton >= low and newton <= high then newton else 0.5 * (low + high)
    step = next - size
    size = next
  }
  return size
}

/// Variance of a von Mises angle on the interval of π to either side of its mean.
fn von_mises_variance(k: real): real {
  let reach = von_mises_reach(k, 0.0)
  return von_mises_integral(k, 0.0, reach, 2) / von_mises_integral(k, 0.0, reach, 0)
}
