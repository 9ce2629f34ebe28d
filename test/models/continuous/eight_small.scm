/// Three schools with a known spread between them: everything is normal.
const y = [28, 8, -3]
const se = [15, 10, 16]

model Schools {
  mu ~ normal(0, 5)
  for j in 0..3 {
    eta[j] ~ normal(0, 1)
    theta[j] := mu + 8 * eta[j]
    observe y[j] ~ normal(theta[j], se[j])
  }
}

query schools = posterior(mu, theta) //= mean mu 2.58701857564 (se < 0.1), mean theta[0] 8.21480684955 (se < 0.1), mean theta[1] 4.69940157051 (se < 0.1), mean theta[2] 1.46961486051 (se < 0.1)
query weight = evidence()            //= -12.5511189153
