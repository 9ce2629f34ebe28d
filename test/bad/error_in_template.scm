// an error that only one call of a function shows
fn longer(x) = len(x) + 1
model M {
  a := longer([1, 2])
  b := longer(3)
}
query q = E(a + b)
