/// A path of `ar1`: `first` is the standard deviation of the first noise, `before` the distance from the mean ahead of it.
fn ar1_path(coefficient: real, sd: real, n: int, mean: real, first: real, before: real): vector {
  var x = zeros(n)
  var distance = before
  for i in 0..n {
    distance = coefficient * distance + (if i == 0 then first else sd) * noise_normal()
    x[i] = mean + distance
  }
  return x
}

/// The standard normals that give the path x.
fn ar1_noise(x: vector, coefficient: real, sd: real, mean: real, first: real, before: real): vector {
  var z = x
  var distance = before
  for i in 0..len(x) {
    z[i] = (x[i] - mean - coefficient * distance) / (if i == 0 then first else sd)
    distance = x[i] - mean
  }
  return z
}

/// log density of the path x.
fn log_ar1_density(x: vector, coefficient: real, sd: real, mean: real, first: real, before: real): real {
  var total = if len(x) == 0 then 0.0 else log(sd / first)
  for z in ar1_noise(x, coefficient, sd, mean, first, before) {
    total = total - 0.5 * z^2 - log(sd) - 0.9189385332046727
  }
  return total
}
