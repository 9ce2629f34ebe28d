// Stochastic volatility: the log variance h of daily returns wanders and is never seen. A state-space model for
// sequential Monte Carlo, and its unknown parameters.
data sp = csv("returns.csv") // r: 1000 simulated returns

model Volatility(phi: real, sigma: real) {
  h[0] ~ normal(-1, sigma / sqrt(1 - phi^2))
  observe sp.r[0] ~ normal(0, exp(h[0] / 2))
  for t in 1..sp.rows {
    h[t] ~ normal(-1 + phi * (h[t - 1] + 1), sigma)
    observe sp.r[t] ~ normal(0, exp(h[t] / 2))
  }
}

model Unknown {
  phi ~ uniform(0.5, 1)
  sigma ~ half_normal(0.5)
  path ~ Volatility(phi, sigma)
}

query level = posterior(h[999]) in Volatility(0.97, 0.2) using smc(particles = 10000)
query fits = evidence() in Volatility(0.97, 0.2) using smc(particles = 10000) // -916.95 (standard deviation about 0.1 a run)
query learned = posterior(phi, sigma) in Unknown using pmmh(particles = 500, samples = 2000)
