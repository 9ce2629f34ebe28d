// rows for a model that learns nothing
data trial = csv("trial.csv")
model M { clot ~ bernoulli(0.3) }
query q = P(clot) given trial weighted count
