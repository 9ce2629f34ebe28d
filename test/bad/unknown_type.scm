// a type of another language
model M(n: float) { x ~ normal(n, 1) }
query q = E(x) in M(1)
