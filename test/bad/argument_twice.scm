// a parameter that gets two arguments
model M { x ~ normal(0, 1, mean = 2) }
query q = E(x)
