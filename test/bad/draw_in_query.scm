// a query that draws
model M { x ~ normal(0, 1) }
query q = P(x > sample normal(0, 1))
