/// Two models with the same prior weight.
model Coins {
  second ~ bernoulli(0.5)
  result ~ bernoulli(if second then 0.4 else 0.8)
}

model Priors {
  second ~ bernoulli(0.5)
  theta ~ beta(if second then 10 else 1, 1)
  k ~ binomial(5, theta)
}

query zero = P(second | result ~= false) in Coins using abc(epsilon = 0) //= 0.75
query priors = P(second | k ~= 2) in Priors using abc(epsilon = 0)       //= 0.0990099
query zero_exact = P(second | result = false) in Coins                   //= 0.75
query priors_exact = P(second | k = 2) in Priors                         //= 0.0990099
