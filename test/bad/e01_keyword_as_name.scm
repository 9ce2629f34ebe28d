// a reserved word as the name of a node
model M {
  then ~ normal(0, 1)
}
