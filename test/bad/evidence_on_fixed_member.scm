// evidence on a member of a family that do has fixed
model M { for i in 0..3 { x[i] ~ normal(0, 1) }  y ~ normal(x[1], 1) }
query a = E(y | do(x[1] = 2.0), x[1] = 3.0)
query b = E(y | do(x[1] = 2.0), x[2] = 3.0)
query c = E(y | do(x[1] = true))
query d = E(y | do(x[1.5] = 2.0))
