// `do` of a bool without a value, and of its negation
model M {
  drug ~ bernoulli(0.5)
  well ~ bernoulli(if drug then 0.8 else 0.5)
}
query a = P(well | do(drug))
query b = P(well | do(not drug))
