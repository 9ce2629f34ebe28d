// two models of one name
model M { x ~ normal(0, 1) }
model M { y ~ normal(0, 1) }
query q = E(x)
