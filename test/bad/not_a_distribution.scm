// a formula behind a tilde
model M {
  x ~ normal(0, 1)
  y ~ 2 * x + 1
}
query q = E(y)
