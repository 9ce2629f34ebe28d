// evidence that says nothing: a warning
const n = 3
model M { x ~ normal(0, 1) }
query q = E(x | n > 2)
