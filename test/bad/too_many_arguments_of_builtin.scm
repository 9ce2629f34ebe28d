// a primitive with two arguments
model M { x ~ normal(0, exp(1, 2)) }
query q = E(x)
