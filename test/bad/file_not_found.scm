// a table that is not there
data trial = csv("trail.csv")
model M { x ~ normal(trial.rows, 1) }
query q = E(x)
