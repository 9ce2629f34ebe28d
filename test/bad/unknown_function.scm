// a misspelled function
model M {
  x ~ normal(0, 1)
  y := sqr(x)
}
query q = E(y)
