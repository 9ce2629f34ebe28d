/// Median absolute deviation from the median: a scale that a few wild elements do not move. For a normal sample it is
/// about 0.6745 standard deviations.
fn mad(xs) {
  let centre = median(xs)
  return median([abs(x - centre) for x in xs])
}

/// The quantiles of the elements at each of the probabilities, by linear interpolation (type 7).
fn quantiles_of(xs, probabilities: vector): vector {
  let ordered = sort(xs)
  var found = probabilities
  for k in 0..len(probabilities) {
    let position = probabilities[k] * (len(xs) - 1)
    let below = floor(position)
    let above = min(below + 1, len(xs) - 1)
    found[k] = ordered[below] + (position - below) * (ordered[above] - ordered[below])
  }
  return found
}

/// The mean of ((x - mean) / deviation)^order over the elements, with n in the denominator of the deviation.
fn standardised_moment(xs, order: int): real {
  let centre = mean(xs)
  let spread = sqrt(mean([(x - centre)^2 for x in xs]))
  return mean([((x - centre) / spread)^order for x in xs])
}

/// Skewness: the third standardised moment, 0 for what is symmetric.
fn skewness(xs): real = standardised_moment(xs, 3)

/// Kurtosis: the fourth standardised moment, 3 for a normal distribution.
fn kurtosis(xs): real = standardised_moment(xs, 4)

/// Autocovariance of a series at a lag, with n in the denominator (Brockwell and Davis 1991, section 7.2).
fn autocovariance(xs, lag: int): real {
  let centre = mean(xs)
  var total = 0.0
  for t in lag..len(xs) {
    total = total + (xs[t] - centre) * (xs[t - lag] - centre)
  }
  return total / len(xs)
}

/// Autocorrelation of a series at a lag: 1 at lag 0.
fn autocorrelation(xs, lag: int): real = autocovariance(xs, lag) / autocovariance(xs, 0)

/// Sample covariance of two samples of one size, with n - 1 in the denominator.
fn covariance_of(xs, ys): real {
  let x = mean(xs)
  let y = mean(ys)
  return sum([(xs[i] - x) * (ys[i] - y) for i in 0..len(xs)]) / (len(xs) - 1)
}

/// Sample correlation of two samples of one size (Pearson).
fn correlation_of(xs, ys): real = covariance_of(xs, ys) / (sd(xs) * sd(ys))

/// The differences of neighbouring elements: one element fewer.
fn differences(xs) = [xs[i + 1] - xs[i] for i in 0..len(xs) - 1]
