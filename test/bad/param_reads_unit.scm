// a parameter of the population that reads a unit's node
model M {
  age ~ normal(40, 10)
  param slope ~ normal(age, 1)
  pay ~ normal(slope * age, 1)
}
query q = E(pay)
