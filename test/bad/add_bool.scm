// arithmetic on a bool
model M {
  x ~ bernoulli(0.5)
  y := x + 1
}
query q = E(y)
