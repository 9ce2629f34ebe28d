// a distribution without its parameters
model M { x ~ iid(normal, 3) }
query q = posterior(x)
