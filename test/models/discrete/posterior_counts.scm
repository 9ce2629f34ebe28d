/// Gamma and poisson; beta and binomial; dirichlet and categorical.
const counts = [3, 4, 1, 6]
const letters = [0, 2, 2, 1, 2]

model Rates {
  rate ~ gamma(2, 1)
  for i in 0..len(counts) {
    observe counts[i] ~ poisson(rate)
  }
}

model Share {
  p ~ beta(2, 3)
  observe 7 ~ binomial(10, p)
}

model Letters {
  p ~ dirichlet([1, 2, 1])
  for letter in letters {
    observe letter ~ categorical(p)
  }
}

query rate = posterior(rate) in Rates       //= mean rate 16/5, sd rate 4/5, evidence -9.400799726691
query rate_weight = evidence() in Rates     //= -9.40079972669
query share = posterior(p) in Share         //= mean p 9/15, sd p sqrt(54 / 225 / 16)
query share_weight = evidence() in Share    //= ln(120 * 8! * 5! * 4! / (14! * 1! * 2!))
query letters = posterior(p) in Letters     //= mean p[0] 2/9, mean p[1] 3/9, mean p[2] 4/9, sd p[2] sqrt(20 / 81 / 10)
query letter_weight = evidence() in Letters //= ln(2 * 6 / (4 * 5 * 6 * 7 * 8))
