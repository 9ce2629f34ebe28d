// what is evaluated at a value that is none of its values
model M {
  x ~ normal(0, 1)
  counted := logpdf(zero_inflated(0.3, poisson(3)), 1.5 + x)
  listed := logpdf(normal(0, 1), [x])
  tossed := logpdf(bernoulli(0.5), x)
  none := logpdf(3, x)
}
query q = E(counted)
