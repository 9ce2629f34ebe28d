// a row that was not selected
data rows = csv("rows_selected.csv")
model Survey {
  param p ~ beta(1, 1)
  clot ~ bernoulli(p)
  answered ~ bernoulli(if clot then 0.5 else 0.9)
}
query q = P(clot) given rows selected by answered
