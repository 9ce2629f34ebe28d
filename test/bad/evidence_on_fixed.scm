// evidence on a node that do has fixed
model M {
  x ~ bernoulli(0.5)
  y ~ bernoulli(if x then 0.9 else 0.1)
}
query a = P(y | do(x = true), x = false)
query b = P(y | do(x = true), not x)
