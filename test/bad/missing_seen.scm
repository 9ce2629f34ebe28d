// evidence from cells that are missing
data d = csv("patients.csv")
model M { for i in 0..d.rows { better[i] ~ bernoulli(0.5)  visits[i] ~ poisson(2) } }
model Own { x ~ poisson(2)  observe x = d.visits[1] }
query whole = P(better[0] | better = d.better) in M
query cell = P(better[1] | visits[1] = d.visits[1]) in M
query there = P(better[1] | visits[0] = d.visits[0]) in M
query own = E(x) in Own
