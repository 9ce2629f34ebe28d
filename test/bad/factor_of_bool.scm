// a factor that is no number
model M {
  x ~ normal(0, 1)
  factor x > 0
}
query q = E(x)
