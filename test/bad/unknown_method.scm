// a method that is not there
model M { x ~ normal(0, 1) }
query q = E(x) using importence(samples = 100)
