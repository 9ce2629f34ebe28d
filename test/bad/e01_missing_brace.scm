// the model is never closed
model M {
  x ~ normal(0, 1)
query q = E(x)
