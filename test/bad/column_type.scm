// columns that do not fit their nodes
data trial = csv("trial.csv")
enum Drug { C, D }
model M {
  param p ~ beta(1, 1)
  clot ~ normal(p, 1)
  drug ~ categorical(Drug, [0.5, 0.5])
}
query q = E(clot) given trial
