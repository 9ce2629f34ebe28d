// a query in a file without models
const a = 2
query q = P(a > 1)
query r = E(x)
