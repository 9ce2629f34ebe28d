// a parameter without an argument
model M { x ~ normal(0) }
query q = E(x)
