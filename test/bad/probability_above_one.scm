// a probability above 1
model M { x ~ bernoulli(1.5) }
query q = P(x)
