// an index outside of the array
const y = [28, 8, -3]
model M { x ~ normal(y[3], 1) }
query q = E(x)
