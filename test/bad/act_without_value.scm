// an action without a value outside of identify
model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
query q = E(y | do(x))
