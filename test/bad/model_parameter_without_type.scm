// a parameter of a model without its type
model M(n) { x ~ normal(n, 1) }
query q = E(x) in M(3)
