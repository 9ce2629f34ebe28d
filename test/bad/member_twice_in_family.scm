// a member of a family declared twice
model M {
  h[0] ~ normal(0, 1)
  h[0] ~ normal(1, 1)
}
query q = E(h[0])
