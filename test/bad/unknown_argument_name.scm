// a parameter by a name that it does not have
model M { x ~ normal(mean = 0, variance = 1) }
query q = E(x)
