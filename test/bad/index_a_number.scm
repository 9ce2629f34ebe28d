// an index behind a number
model M {
  x ~ normal(0, 1)
  y := x[0]
}
query q = E(y)
