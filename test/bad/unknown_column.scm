// a column that the table does not have
data trial = csv("trial.csv")
model M {
  x ~ normal(sum(trial.counts), 1)
}
query q = E(x)
