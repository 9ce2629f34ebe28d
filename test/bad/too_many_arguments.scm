// more arguments than parameters
model M { x ~ normal(0, 1, 2) }
query q = E(x)
