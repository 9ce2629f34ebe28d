// a model that is not there
model Trial { x ~ bernoulli(0.5) }
query q = P(x) in Trail
