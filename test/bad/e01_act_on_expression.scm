// an action on an expression
model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
query q = E(y | do(2 * x = 1))
