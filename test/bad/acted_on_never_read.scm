// an action that changes nothing else: a warning
model M {
  barometer ~ normal(0, 1)
  storm ~ bernoulli(0.2)
}
query q = P(storm | do(barometer = 2))
