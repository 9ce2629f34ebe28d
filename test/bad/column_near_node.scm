// a column with nearly the name of a node: a warning
data trial = csv("trial.csv")
model M {
  param p ~ beta(1, 1)
  clots ~ bernoulli(p)
  female ~ bernoulli(p)
}
query q = P(clots) given trial weighted count
