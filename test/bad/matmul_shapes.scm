// matrices that do not fit
const a = [[1, 2], [3, 4]]
const b = [[1, 2, 3]]
model M { y := matmul(a, b) }
query q = posterior(y)
