// a misspelled distribution
model M {
  x ~ bernouli(0.5)
}
query q = P(x)
