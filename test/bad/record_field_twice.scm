// a field twice in a record
model M {
  let r = { a: 1, a: 2 }
  x ~ normal(r.a, 1)
}
query q = E(x)
