// a table with a ragged row
data t = csv("ragged.csv")
model M { x ~ normal(t.rows, 1) }
query q = E(x)
