// a spelling error hides no errors elsewhere, and causes none
const k = 3 +
model M {
  x ~ normal(0,, 1)
  y ~ normal(x, 1)
}
model N {
  a ~ normal(bb, k)
  b ~ normal(0, -1)
}
query q = E(y) in M
query r = E(a | zz = 1) in N
