// an expression that is no call stands as a statement
model M {
  x ~ normal(0, 1)
  x + 1
}
query q = E(x)
