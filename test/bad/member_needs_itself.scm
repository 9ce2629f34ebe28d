// a member of a family that reads itself
model M {
  x[0] ~ normal(0, 1)
  for t in 1..5 { x[t] ~ normal(x[t], 1) }
}
query q = E(x[4])
