// a table without a column for any node
data trial = csv("trial.csv")
model M { param p ~ beta(1, 1)  thrombosis ~ bernoulli(p) }
query q = P(thrombosis) given trial
