// another world of what is the same in all
const c = 2
model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
query q = E(y + c[do(x = 1)])
