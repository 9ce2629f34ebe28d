/// Accept where the simulation equals the observation.
model Coin {
  theta ~ beta(1, 1)
  k ~ binomial(5, theta)
}

query exact_match = posterior(theta | k ~= 2) using abc(epsilon = 0) //= mean theta 3/7, sd theta sqrt(12 / 49 / 8)
