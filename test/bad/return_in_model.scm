// a model does not return
model M {
  x ~ normal(0, 1)
  return x
}
query q = E(x)
