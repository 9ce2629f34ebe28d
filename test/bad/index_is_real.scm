// an index that is no whole number
const xs = [1, 2, 3]
model M { y := xs[0.5] }
query q = E(y)
