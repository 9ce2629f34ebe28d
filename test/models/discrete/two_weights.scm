model Weights {
  first ~ bernoulli(0.5)
  factor if first then log(0.5) else 0
  outcome := if first then 1 else 2
}

query outcome = P(outcome) //= 1: 1/3, 2: 2/3
