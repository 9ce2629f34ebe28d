// one do that acts on a node twice
model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
query q = E(y | do(x = 1, x = 2))
