// a family and a single node of one name
model M {
  x ~ normal(0, 1)
  for i in 1..3 { x[i] ~ normal(0, 1) }
}
query q = E(x)
