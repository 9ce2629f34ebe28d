// a dot behind a number
model M {
  x ~ normal(0, 1)
  y := x.mean
}
query q = E(y)
