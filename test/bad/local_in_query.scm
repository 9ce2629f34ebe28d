// a local name asked about
model M {
  x ~ normal(0, 1)
  let double = 2 * x
  y ~ normal(double, 1)
}
query q = E(double)
