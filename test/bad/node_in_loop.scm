// a single node declared in each turn of a loop
model M {
  for i in 0..3 { x ~ normal(i, 1) }
}
query q = posterior(x)
