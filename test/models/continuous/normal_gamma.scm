/// Mean and precision unknown.
model Precision {
  tau ~ gamma(shape = 8, scale = 1 / 2)
  mu ~ normal(0, 1 / sqrt(tau))
  for y in [1, 2] {
    observe y ~ normal(mu, 1 / sqrt(tau))
  }
}

query tau = posterior(tau, mu) //= mean tau 3, sd tau 1, mean mu 1, sd mu 0.35355339059 (se < 0.02)
query weight = evidence()      //= -4.6500748226
