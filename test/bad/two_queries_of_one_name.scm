// two queries of one name
model M { x ~ bernoulli(0.5) }
query q = P(x)
query q = P(not x)
