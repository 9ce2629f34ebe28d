// a distribution that stands alone draws nothing
model M {
  x ~ normal(0, 1)
  normal(x, 1)
}
query q = E(x)
