// operators of other languages
model M {
  x ~ bernoulli(0.5)
  y ~ bernoulli(0.5)
  both := x && y
}
query q = P(both)
