// The boarding school again, with the count of each day met exactly instead of approximately. Those who got up on a day
// are never counted; but once their number is drawn, the number of new infections follows from the counts, and its
// probability is the weight. So the same story that approximate computation tells by distances becomes a state-space model, and
// sequential Monte Carlo follows it day by day.
data school = csv("boarding_school.csv") // day,in_bed: 14 days

model Outbreak(beta: real, gamma: real) {
  var s = 762
  var i = 1
  for day in 0..school.rows {
    recovered[day] ~ binomial(i, 1 - exp(-gamma))
    // Who is in bed tomorrow was there today and did not get up, or fell ill.
    let infected = school.in_bed[day] - i + recovered[day]
    observe infected ~ binomial(s, 1 - exp(-beta * i / 763))
    s = s - infected
    i = school.in_bed[day]
  }
  never := s
}

// How likely are exactly these counts at some rates, and how many boys never fell ill? The difference of two log
// evidences says which rates the counts speak for.
query likely = evidence() in Outbreak(2.06, 0.655) using smc(particles = 2000) //= -85.2663986
query never = E(never) in Outbreak(2.06, 0.655) using smc(particles = 2000)    //= 11.4933754
query slower = evidence() in Outbreak(1.9, 0.62) using smc(particles = 2000)   //= -87.1586733
