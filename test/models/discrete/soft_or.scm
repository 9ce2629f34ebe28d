/// A factor instead of a condition: neither coin costs two nats.
model Soft {
  x ~ bernoulli(0.5)
  y ~ bernoulli(0.5)
  factor if x or y then 0 else -2
}

query first = P(x)            //= 2 / (3 + exp(-2))
query weight = evidence()     //= ln((3 + exp(-2)) / 4)
query ratio = P(x) / P(not x) //= 2 / (1 + exp(-2))
