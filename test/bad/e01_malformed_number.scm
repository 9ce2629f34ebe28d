// a number without digits before its point
model M {
  x ~ normal(.5, 1)
  y ~ normal(5., 1)
}
query q = E(x + y)
