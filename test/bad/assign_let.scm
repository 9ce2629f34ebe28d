// a let is assigned
model M {
  let best = 0
  for i in 0..3 { best = i }
  x ~ normal(best, 1)
}
query q = E(x)
