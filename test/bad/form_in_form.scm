// a form in a form
model M { x ~ normal(0, 1) }
query q = E(x - E(x))
