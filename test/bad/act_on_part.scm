// an action on a whole part, and evidence on one
model Shower(energy: real) { depth ~ exponential(energy) }
model M { event ~ Shower(2.0)  y := event.depth > 1 }
query a = P(y | do(event = 1)) in M
query b = P(y | event = 1) in M
