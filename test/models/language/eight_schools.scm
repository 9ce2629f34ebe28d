/// Eight schools: what coaching did in each.
const y = [28, 8, -3, 7, -1, 1, 18, 12]
const se = [15, 10, 16, 11, 9, 11, 10, 18]

model Schools {
  mu ~ normal(0, 5)
  tau ~ half_cauchy(5)
  for j in 0..8 {
    eta[j] ~ normal(0, 1)
    theta[j] := mu + tau * eta[j]
    observe y[j] ~ normal(theta[j], se[j])
  }
}

query schools = posterior(mu, tau, theta) using importance(samples = 500000)
//= mean mu 4.3968, sd mu 3.3177, mean tau 3.5977, sd tau 3.2200, mean theta[0] 6.2119, sd theta[0] 5.5931
query weight = evidence() using importance(samples = 500000) //= -31.3113474
