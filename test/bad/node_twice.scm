// a node declared twice
model M {
  x ~ normal(0, 1)
  x ~ normal(1, 1)
}
query q = E(x)
