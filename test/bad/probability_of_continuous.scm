// probabilities of single values of a continuous node
model M { x ~ normal(0, 1) }
query a = P(x)
query b = P(x = 1)
query c = P(x > 0 and x == 1)
