// a query that could ask two models
model A { x ~ bernoulli(0.5) }
model B { x ~ bernoulli(0.1) }
query q = P(x)
