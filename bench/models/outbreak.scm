// Influenza in a boarding school of 763 boys, by approximate Bayesian computation (examples/boarding_school.csv).
data school = csv("../../examples/boarding_school.csv")

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

query beta = E(beta | in_bed ~= school.in_bed) using abc(quantile = 0.001)
