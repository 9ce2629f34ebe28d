// a single equals sign in a condition
model M {
  n ~ poisson(2)
  none := n = 0
}
query q = P(none)
