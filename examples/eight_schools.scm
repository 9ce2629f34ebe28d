// Eight schools (Rubin 1981): coaching for a test, its effect measured at each school with a known standard error.
// Schools learn from each other: theta[j] is drawn from a population whose mean and spread are unknown.
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

query schools = posterior(mu, tau, theta) using importance(samples = 1000000) //= mu: 4.396821, tau: 3.597705, theta[0]: 6.21188
