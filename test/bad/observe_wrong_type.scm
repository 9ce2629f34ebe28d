// a number observed of a distribution over bools
model M {
  p ~ beta(1, 1)
  observe 0.5 ~ bernoulli(p)
}
query q = E(p)
