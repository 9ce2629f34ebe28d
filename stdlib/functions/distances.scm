/// Euclidean distance of two vectors; infinite where their lengths differ.
fn euclidean(a: vector, b: vector): real {
  if len(a) != len(b) {
    return infinity
  }
  var total = 0.0
  for i in 0..len(a) {
    total = total + (a[i] - b[i])^2
  }
  return sqrt(total)
}

/// Manhattan distance, the sum of absolute differences; infinite where the lengths differ.
fn manhattan(a: vector, b: vector): real {
  if len(a) != len(b) {
    return infinity
  }
  var total = 0.0
  for i in 0..len(a) {
    total = total + abs(a[i] - b[i])
  }
  return total
}

/// The greatest absolute difference (Chebyshev distance); infinite where the lengths differ.
fn maximum(a: vector, b: vector): real {
  if len(a) != len(b) {
    return infinity
  }
  var greatest = 0.0
  for i in 0..len(a) {
    greatest = max(greatest, abs(a[i] - b[i]))
  }
  return greatest
}

/// Mahalanobis distance sqrt((a - b)ᵀ C⁻¹ (a - b)) for a covariance matrix C; infinite where the lengths differ.
fn mahalanobis(a: vector, b: vector, covariance: matrix): real = whitened_distance(a, b, cholesky(covariance))

/// The Mahalanobis distance, by the Cholesky factor L of the covariance: the length of L⁻¹ (a - b).
fn whitened_distance(a: vector, b: vector, lower: matrix): real {
  if len(a) != len(b) {
    return infinity
  }
  let steps = solve_lower(lower, [a[i] - b[i] for i in 0..len(a)])
  var total = 0.0
  for i in 0..len(steps) {
    total = total + steps[i]^2
  }
  return sqrt(total)
}

/// The vector with each element divided by its scale; as it is where the lengths differ.
fn scaled(a: vector, scales: vector): vector =
  if len(a) == len(scales) then [a[i] / scales[i] for i in 0..len(a)] else a

/// Area between the empirical distribution functions of two samples, |F - G|^p integrated over the line; the sizes may
/// differ. Infinite where one sample is empty. One merge of the sorted samples.
fn area_between(a: vector, b: vector, power: int): real {
  if len(a) == 0 or len(b) == 0 {
    return infinity
  }
  let xs = sort(a)
  let ys = sort(b)
  var i = 0
  var j = 0
  var at = min(xs[0], ys[0])
  var area = 0.0
  while i < len(xs) or j < len(ys) {
    let next = if j == len(ys) then xs[i] else if i == len(xs) then ys[j] else min(xs[i], ys[j])
    let gap = abs(i / len(xs) - j / len(ys))
    area = area + (if power == 1 then gap else gap * gap) * (next - at)
    at = next
    if j == len(ys) or (i < len(xs) and xs[i] <= ys[j]) {
      i = i + 1
    } else {
      j = j + 1
    }
  }
  return area
}

/// Wasserstein distance of order 1 of two samples of numbers, the area between their empirical distribution
/// functions. The sizes may differ; infinite where one sample is empty.
fn wasserstein_1(a: vector, b: vector): real = area_between(a, b, 1)

/// Energy distance of two samples of numbers (Székely and Rizzo 2013): 2 E|X - Y| - E|X - X'| - E|Y - Y'|, which on a
/// line is twice the area between the distribution functions, squared. The sizes may differ.
fn energy_distance(a: vector, b: vector): real = 2 * area_between(a, b, 2)

/// Maximum mean discrepancy of two samples of numbers (Gretton and others 2012, biased estimate), the square root of
/// E k(X, X') - 2 E k(X, Y) + E k(Y, Y') with the gaussian kernel k(x, y) = exp(-(x - y)² / (2 h²)); h is the median
/// distance of two elements of `b`, the sample that was seen.
fn mmd(a: vector, b: vector): real {
  let h = median_gap(b)
  return mmd_of_width(a, b, h)
}

/// The maximum mean discrepancy with kernels of a given width.
fn mmd_of_width(a: vector, b: vector, width: real): real {
  if len(a) == 0 or len(b) == 0 {
    return infinity
  }
  return sqrt(max(0.0, mean_kernel(a, a, width) - 2 * mean_kernel(a, b, width) + mean_kernel(b, b, width)))
}

/// The mean of the gaussian kernel over all pairs of two samples.
fn mean_kernel(a: vector, b: vector, width: real): real {
  var total = 0.0
  for x in a {
    for y in b {
      total = total + exp(-0.5 * ((x - y) / width)^2)
    }
  }
  return total / (len(a) * len(b))
}

/// The median distance of two different elements, 1 where that is 0 or there are no two: the width of a kernel.
fn median_gap(xs: vector): real {
  let n = len(xs)
  if n < 2 {
    return 1.0
  }
  var gaps = zeros(floor(n * (n - 1) / 2))
  var k = 0
  for i in 0..n {
    for j in 0..i {
      gaps[k] = abs(xs[i] - xs[j])
      k = k + 1
    }
  }
  let middle = median(gaps)
  return if middle > 0 then middle else 1.0
}
