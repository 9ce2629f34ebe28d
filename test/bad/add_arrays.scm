// arithmetic on arrays
const a = [1, 2]
const b = [3, 4]
model M { y := a + b }
query q = posterior(y)
