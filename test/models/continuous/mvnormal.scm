const mean_of = [1.0, -1.0]
const covariance = [[2.0, 0.8], [0.8, 1.0]]

model Pair {
  x ~ mvnormal(mean_of, covariance)
  y ~ normal(x[0] + x[1], 1)
}

model Means {
  mu ~ mvnormal([0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]])
  x ~ mvnormal(mu, covariance)
}

query first = E(x[0]) in Pair                    //= 1
query link = Cov(x[0], x[1]) in Pair             //= 0.8
query update = E(x[0] | y = 2) in Pair           //= 1 + 2.8 / 5.6 * 2
query update_second = E(x[1] | y = 2) in Pair    //= -1 + 1.8 / 5.6 * 2
query weight = evidence(y = 2) in Pair           //= -0.5 * ln(2 * pi * 5.6) - 0.5 * 4 / 5.6
query density = evidence(x = [0.0, 0.5]) in Pair //= -4.89603118099
query mu = posterior(mu | x = [1, 2]) in Means   //= mean mu[0] 0.406032482599, mean mu[1] 1.02088167053
