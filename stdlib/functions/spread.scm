/// Arithmetic mean; NaN for an empty array.
fn mean(xs) = sum(xs) / len(xs)

/// Sample variance, with n - 1 in the denominator: the unbiased estimate. Two passes, so nothing cancels (Chan,
/// Golub and LeVeque 1983).
fn variance(xs) {
  let centre = mean(xs)
  return sum([(x - centre)^2 for x in xs]) / (len(xs) - 1)
}

/// Sample standard deviation, the square root of `variance`.
fn sd(xs) = sqrt(variance(xs))
