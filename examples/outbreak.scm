// Influenza in a boarding school of 763 boys, England 1978: the number in bed each day. A stochastic simulator with no
// likelihood, for approximate Bayesian computation.
data school = csv("boarding_school.csv") // day,in_bed: 14 days

model Outbreak {
  beta ~ uniform(0, 4)
  gamma ~ uniform(0, 1.5)
  var s = 762
  var i = 1
  for day in 0..school.rows {
    let infected = sample binomial(s, 1 - exp(-beta * i / 763))
    let recovered = sample binomial(i, 1 - exp(-gamma))
    s = s - infected
    i = i + infected - recovered
    in_bed[day] := i
  }
}

query r0 = posterior(beta, gamma, beta / gamma | in_bed ~= school.in_bed)
  using abc(quantile = 0.001, simulations = 1000000)
query fast = posterior(beta, gamma | in_bed ~= school.in_bed) using abc_smc(particles = 1000)
