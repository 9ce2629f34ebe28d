// a node is assigned
model M {
  x ~ normal(0, 1)
  x = 2
}
query q = E(x)
