// a parenthesis is never closed
model M {
  x ~ normal(0, 1
  y ~ normal(x, 1)
}
query q = E(y)
