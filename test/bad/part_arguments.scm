// a part without its argument
model Shower(energy: real) { depth ~ exponential(energy) }
model M { event ~ Shower() }
query q = E(event.depth) in M
