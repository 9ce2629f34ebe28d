// a table and a mean of a string
model M { up ~ bernoulli(0.3)  word := if up then "up" else "down" }
query a = P(word)
query b = E(word)
