// Stochastic volatility: 1000 daily returns, whose log variance is never seen (examples/returns.csv).
data sp = csv("../../examples/returns.csv")

model Volatility {
  h[0] ~ normal(-1, 0.2 / sqrt(1 - 0.97^2))
  observe sp.r[0] ~ normal(0, exp(h[0] / 2))
  for t in 1..sp.rows {
    h[t] ~ normal(-1 + 0.97 * (h[t - 1] + 1), 0.2)
    observe sp.r[t] ~ normal(0, exp(h[t] / 2))
  }
}

query fit = evidence() using smc(replicas = 1)
query apart = evidence() using smc(replicas = 8)
