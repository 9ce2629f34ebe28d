// Eight schools, non-centred (Rubin, J. Educ. Stat. 6, 1981); the exact answers are by quadrature.
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
query mu = E(mu) using importance(samples = 1000000)          //= 4.396821
query tau = E(tau) using importance(samples = 1000000)        //= 3.597705
query first = E(theta[0]) using importance(samples = 1000000) //= 6.21188
query fit = evidence() using importance(samples = 1000000)    //= -31.3113474
