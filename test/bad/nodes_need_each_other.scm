// two nodes that need each other
model M {
  a ~ normal(b, 1)
  b ~ normal(a, 1)
}
query q = E(a)
