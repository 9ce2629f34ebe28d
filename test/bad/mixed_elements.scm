// an array of two types
const xs = [1, true, 2]
model M { y := xs[0] }
query q = E(y)
