// High-throughput experiments: three Monte Carlo models of how fast a campaign gets somewhere if many trials run at
// once, and how much bolder steps and larger batches help.

/// Trials that each succeed with a small chance: does any of them?
model Binomial(n: int, p: real) {
  wins ~ binomial(n, p)
  success := wins > 0
}
query p96 = P(success) in Binomial(96, 0.01) //= 1 - 0.99^96

/// A batch of bold steps from the best so far; the best of them counts.
model Steps(batch: int, boldness: real) {
  var best = 0.0
  var epochs = 0
  while best < 100 {
    best = max(best, max(sample iid(normal(best, boldness), batch)))
    epochs = epochs + 1
  }
  duration := epochs
}
query steps = E(duration) in Steps(96, 1.0) //= 40.6278

/// Each step gets harder the closer the goal is.
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
query slow = E(duration) in Learning(1, 10000) //= 51773.8 (10000 * H(99)): 5e8 draws for 1e4 runs
