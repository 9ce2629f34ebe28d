// evidence with an equals sign on a continuous expression
model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
query a = E(x | x + y = 1)
query b = E(x | 1 = y)
