// a form and a world in a model
model M {
  x ~ normal(0, 1)
  y := E(x)
  z := x[do(x = 1)]
}
query q = E(y + z)
