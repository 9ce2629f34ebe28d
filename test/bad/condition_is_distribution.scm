// a distribution as a condition
model M {
  var n = 0
  while bernoulli(0.5) { n = n + 1 }
  x := n
}
query q = E(x)
