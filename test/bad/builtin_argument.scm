// a primitive of an array
model M {
  let xs = [1, 2, 3]
  y := exp(xs)
}
query q = E(y)
