// a constant that draws
const u = sample uniform(0, 1)
model M { x ~ normal(u, 1) }
query q = E(x)
