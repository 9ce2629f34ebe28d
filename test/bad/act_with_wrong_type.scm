// an action with a value of another type
model M {
  x ~ bernoulli(0.5)
  y ~ bernoulli(if x then 0.9 else 0.1)
}
query a = P(y | do(x = 1))
query b = P(y | do(x ~ normal(0, 1)))
