// a negative standard deviation
model M { x ~ normal(0, -1) }
query q = E(x)
