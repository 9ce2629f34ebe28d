/// The middle of the sorted elements, or the mean of the two in the middle.
fn median(xs) = quantile_of(xs, 0.5)

/// The p-quantile of the elements, p in [0, 1], by linear interpolation between order statistics: type 7 of Hyndman
/// and Fan (1996), the default of R and NumPy.
fn quantile_of(xs, p: real): real {
  let ordered = sort(xs)
  let position = p * (len(xs) - 1)
  let below = floor(position)
  let above = min(below + 1, len(xs) - 1)
  return ordered[below] + (position - below) * (ordered[above] - ordered[below])
}
