// a model called as a function
model Shower(energy: real) { depth ~ exponential(energy) }
model M { x := Shower(2.0) }
query q = E(x) in M
