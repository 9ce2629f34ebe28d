// a misspelled node
model Summer {
  temperature ~ normal(25, 5)
  accidents := 0.5 * tempreature
}
query q = E(accidents)
