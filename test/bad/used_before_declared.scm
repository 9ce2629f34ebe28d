// a node read above its declaration
model M {
  y ~ normal(x, 1)
  x ~ normal(0, 1)
}
query q = E(y)
