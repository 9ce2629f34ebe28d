// a reader that is not there
data trial = excel("trial.csv")
model M { x ~ normal(trial.rows, 1) }
query q = E(x)
