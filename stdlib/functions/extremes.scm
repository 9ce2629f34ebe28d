/// The largest element of a non-empty array; `max(xs)` is the same.
fn max_of(xs) {
  var best = xs[0]
  for i in 1..len(xs) {
    best = max(best, xs[i])
  }
  return best
}

/// The smallest element of a non-empty array; `min(xs)` is the same.
fn min_of(xs) {
  var best = xs[0]
  for i in 1..len(xs) {
    best = min(best, xs[i])
  }
  return best
}

/// Where the largest element stands first.
fn index_of_max(xs): int {
  var best = 0
  for i in 1..len(xs) {
    if xs[i] > xs[best] {
      best = i
    }
  }
  return best
}

/// Where the smallest element stands first.
fn index_of_min(xs): int {
  var best = 0
  for i in 1..len(xs) {
    if xs[i] < xs[best] {
      best = i
    }
  }
  return best
}
