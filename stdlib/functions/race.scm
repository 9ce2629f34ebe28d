/// Whether the elements are probabilities that sum to 1, within 1e-6.
fn is_simplex(p: vector): bool {
  var total = 0.0
  for w in p {
    total = if w >= 0 then total + w else infinity
  }
  return abs(total - 1) < 1e-6
}

/// The part of the unit interval that holds u, cut in proportion to the weights: the weights' quantile function.
fn position_of(u: real, weights: vector): int {
  var rest = u * sum(weights)
  var k = 0
  while k < len(weights) - 1 and rest > weights[k] {
    rest = rest - weights[k]
    k = k + 1
  }
  return k
}

/// The winner of a race of exponentials with rates `weights`: k wins with probability proportional to weights[k].
/// Asks for one exponential a runner, in order.
fn race(weights: vector): int = index_of_min([noise_exponential() / w for w in weights])

/// Exponentials that let `winner` win the race: the winning time is exponential with the sum of the rates, and by
/// lack of memory the others run a fresh time more.
fn race_noise(weights: vector, winner: int): vector {
  let time = noise_exponential() / sum(weights)
  return [if k == winner then time * weights[k] else time * weights[k] + noise_exponential() for k in 0..len(weights)]
}
