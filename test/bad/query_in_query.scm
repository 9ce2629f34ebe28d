// a query that names another query
model M { x ~ bernoulli(0.5) }
query a = P(x)
query b = 2 * a
