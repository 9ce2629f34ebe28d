// numbers joined by and
model M {
  a ~ poisson(1)
  b ~ poisson(1)
  both := a and b
}
query q = P(both)
