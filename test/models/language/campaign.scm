/// High-throughput experiments: three Monte Carlo models.
model Binomial(n: int, p: real) {
  wins ~ binomial(n, p)
  success := wins > 0
}

model Steps(batch: int, boldness: real) {
  var best = 0.0
  var epochs = 0
  while best < 100 {
    best = max(best, max(sample iid(normal(best, boldness), batch)))
    epochs = epochs + 1
  }
  duration := epochs
}

model Learning(batch: int, scale: real) {
  var x = 1
  var epochs = 0
  while x < 100 {
    if sample bernoulli(1 - (1 - x / scale)^batch) {
      x = x + 1
    }
    epochs = epochs + 1
  }
  duration := epochs
}

query p96 = P(success) in Binomial(96, 0.01)                                       //= 1 - 0.99^96
query steps = E(duration) in Steps(96, 1.0) using importance(samples = 10000)      //= 40.6278 (se < 0.1)
query quick = E(duration) in Learning(1, 100)                                      //= 517.737751763962 (se < 2)
query batched = E(duration) in Learning(10, 200) using importance(samples = 10000) //= 167.655021231 (se < 1)
