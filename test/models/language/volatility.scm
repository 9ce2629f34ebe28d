/// A state-space model, cut to three days; the whole of it waits for particle filters.
const r = [0.4, -1.1, 0.2]

model Volatility(phi: real, sigma: real) {
  h[0] ~ normal(-1, sigma / sqrt(1 - phi^2))
  observe r[0] ~ normal(0, exp(h[0] / 2))
  for t in 1..len(r) {
    h[t] ~ normal(-1 + phi * (h[t - 1] + 1), sigma)
    observe r[t] ~ normal(0, exp(h[t] / 2))
  }
}

model Unknown {
  phi ~ uniform(0.5, 0.95)
  sigma ~ half_normal(0.5)
  path ~ Volatility(phi, sigma)
}

query level = posterior(h[2]) in Volatility(0.97, 0.2) //= mean h[2] -0.80612891104
query fits = evidence() in Volatility(0.97, 0.2)       //= -3.52245561859
query learned = evidence() in Unknown                  //= -3.36783191244
