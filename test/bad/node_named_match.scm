// A word that begins an expression cannot name a node.
model Fire {
  lightning ~ bernoulli(0.1)
  match ~ bernoulli(0.2)
  if := lightning
}
query q = P(lightning)
