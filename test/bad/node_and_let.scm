// a local with the name of a node
model M {
  x ~ normal(0, 1)
  let x = 1
}
query q = E(x)
