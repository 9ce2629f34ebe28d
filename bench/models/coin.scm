// The smallest question: what is left is the time to start.
model Coin {
  heads ~ bernoulli(0.5)
}
query heads = P(heads) using importance //= 0.5
