// a node that the part does not have
model Shower(energy: real) { depth ~ exponential(energy) }
model M { event ~ Shower(2.0) }
query q = E(event.dept) in M
