// acting on what is learned from the rows
data trial = csv("trial.csv")
model M { param p ~ beta(1, 1)  clot ~ bernoulli(p) }
query q = P(clot | do(p = 0.5)) given trial weighted count
