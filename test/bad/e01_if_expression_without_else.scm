// an if expression without else
model M {
  x ~ bernoulli(0.5)
  y := if x then 1
}
query q = E(y)
