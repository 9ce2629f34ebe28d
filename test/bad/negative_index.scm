// arrays are not counted from their ends
const y = [28, 8, -3]
model M { x ~ normal(y[-1], 1) }
query q = E(x)
