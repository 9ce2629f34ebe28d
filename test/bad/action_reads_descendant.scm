// actions that read what hangs on them
model M {
  x ~ normal(0, 1)
  m ~ normal(x, 1)
  y ~ normal(x + m, 1)
}
query a = E(y | do(x = y))
query b = E(y | do(x = x + 1))
query c = E(y[do(x = m)])
