// cells that their nodes cannot have, and a weight below zero
enum Drug { A, B }
data rows = csv("rows.csv")
model Trial {
  param p ~ beta(1, 1)
  drug ~ categorical(Drug, [p, 1 - p])
  clot ~ bernoulli(p)
}
query q = P(clot) given rows weighted count
