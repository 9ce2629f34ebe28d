// branches of two types
model M {
  x ~ bernoulli(0.5)
  y := if x then 1 else "one"
}
query q = posterior(y)
