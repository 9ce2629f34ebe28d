// a node with the name of a constant
const rate = 2
model M { rate ~ exponential(1) }
query q = E(rate)
