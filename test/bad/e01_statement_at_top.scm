// a statement outside of a model
x ~ normal(0, 1)
query q = 1 + 1
