// a character of no meaning
model M {
  x ~ normal(0, 1) @ 2
}
query q = E(x)
