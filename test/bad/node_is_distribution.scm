// a formula that gives a distribution
model M { x := normal(0, 1) }
query q = E(x)
