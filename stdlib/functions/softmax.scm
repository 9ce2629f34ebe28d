/// The logistic function 1 / (1 + exp(-x)), accurate in both tails.
fn logistic(x: real): real {
  let e = exp(-abs(x))
  return if x < 0 then e / (1 + e) else 1 / (1 + e)
}

/// The log odds log(p / (1 - p)), inverse of `logistic`.
fn logit(p: real): real = if p < 0.25 then log(p) - log1p(-p) else log1p((2 * p - 1) / (1 - p))

/// log(exp(x₁) + … + exp(xₙ)) without overflow; -infinity for an empty array.
fn log_sum_exp(xs: vector): real {
  var largest = -infinity
  for x in xs {
    largest = max(largest, x)
  }
  if abs(largest) == infinity {
    return largest
  }
  var total = 0.0
  for x in xs {
    total = total + exp(x - largest)
  }
  return largest + log(total)
}

/// Probabilities proportional to exp(x).
fn softmax(xs: vector): vector {
  let largest = max_of(xs)
  let weights = [exp(x - largest) for x in xs]
  let total = sum(weights)
  return [w / total for w in weights]
}
