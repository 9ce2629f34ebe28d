/// Three coins, each with a weight of its own.
model Flips {
  a ~ bernoulli(0.5)
  factor if a then -1 else -2
  b ~ bernoulli(0.5)
  factor if b then 0 else -2
  c ~ bernoulli(0.5)
  factor if b or c then -1 else -2
  heads := sum([if flip then 1 else 0 for flip in [a, b, c]])
}

query table = P(heads)    //= 0: .006127714, 1: .156392134, 2: .502918301, 3: .334561851
query mean = E(heads)     //= 2.165914289
query weight = evidence() //= ln((exp(-1) + exp(-2)) * (2 * exp(-1) + exp(-3) + exp(-4)) / 8)
