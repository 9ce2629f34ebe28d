// a node with the name of a data set
data trial = csv("trial.csv")
model M { trial ~ bernoulli(0.5) }
query q = P(trial)
