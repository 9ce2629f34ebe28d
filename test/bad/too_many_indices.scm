// two indices behind a vector
const xs = [1, 2, 3]
model M { y := xs[0, 1] }
query q = E(y)
