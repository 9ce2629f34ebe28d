// int does not round
model M {
  x ~ normal(0, 1)
  n := int(x)
}
query q = E(n)
