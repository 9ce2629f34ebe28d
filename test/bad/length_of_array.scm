// the length of an array as other languages write it
const xs = [1, 2, 3]
model M { y := xs.length }
query q = E(y)
