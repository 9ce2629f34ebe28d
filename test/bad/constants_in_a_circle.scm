// constants that need each other
const a = b + 1
const b = a - 1
model M { x ~ normal(a, 1) }
query q = E(x)
