// names and orders of arguments of other languages
enum Severity { mild, severe }
model M {
  a ~ flip(0.3)
  b ~ Gaussian(0, 1)
  c ~ categorical([0.6, 0.4], Severity)
  p ~ beta(1, 1)
  observe [true, false] ~ bernoulli(p)
  d := dirac2(1)
}
query q = quantile(b, 0.1)
query r = E(p[p = 1])
