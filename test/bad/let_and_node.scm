// a node with the name of a local
model M {
  let x = 1
  x ~ normal(0, 1)
}
query q = E(x)
