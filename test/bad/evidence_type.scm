// evidence of another type than the node
model M { x ~ bernoulli(0.5)  n ~ poisson(2) }
query a = P(x | n = true)
query b = P(n > 1 | x = 1)
query c = P(x | n)
