// a logarithm that does not exist
model M { x ~ normal(log(-1), 1) }
query q = E(x)
