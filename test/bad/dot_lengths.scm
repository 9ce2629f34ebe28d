// vectors of two lengths
model M { y := dot([1, 2, 3], [1, 2]) }
query q = E(y)
