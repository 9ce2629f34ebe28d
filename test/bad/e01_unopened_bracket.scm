// one brace too many
model M {
  x ~ normal(0, 1)
}
}
query q = E(x)
