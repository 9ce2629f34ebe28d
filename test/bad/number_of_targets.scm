// forms with too few or too many targets
model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
query a = Cov(x)
query b = E(x, y)
query c = Q(x, 90)
