// a node that the model does not have
model M { rain ~ bernoulli(0.3) }
query q = P(rian)
