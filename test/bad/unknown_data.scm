// rows of a data set that is not there
data trial = csv("trial.csv")
model M { param p ~ beta(1, 1)  clot ~ bernoulli(p) }
query q = P(clot) given trail weighted count
