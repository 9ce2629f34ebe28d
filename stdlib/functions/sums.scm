/// Sum of the elements; 0 for an empty array.
fn sum(xs) {
  var total = 0
  for x in xs {
    total = total + x
  }
  return total
}

/// Product of the elements; 1 for an empty array.
fn prod(xs) {
  var total = 1
  for x in xs {
    total = total * x
  }
  return total
}

/// Running sums: element i is `xs[0] + … + xs[i]`.
fn cumsum(xs) {
  var sums = xs
  for i in 1..len(xs) {
    sums[i] = sums[i - 1] + xs[i]
  }
  return sums
}
