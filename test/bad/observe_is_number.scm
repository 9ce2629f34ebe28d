// an observation that is no condition
model M {
  x ~ normal(0, 1)
  observe x
}
query q = E(x)
