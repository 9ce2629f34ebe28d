// weights that the data set does not have, and some that are no numbers
data trial = csv("trial.csv")
model M { param p ~ beta(1, 1)  clot ~ bernoulli(p) }
query a = P(clot) given trial weighted counts
query b = P(clot) given trial weighted drug
