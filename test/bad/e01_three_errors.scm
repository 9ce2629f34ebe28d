// every syntax error is reported, not only the first
model M {
  x ~ normal(0,, 1)
  y := 3 * * 2
  z ~ normal(x, 1)
}
query q = E(z |)
