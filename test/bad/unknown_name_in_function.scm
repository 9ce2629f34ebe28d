// functions do not see the nodes of models
fn twice(x) = 2 * y
model M { y ~ normal(0, 1)  z := twice(y) }
query q = E(z)
