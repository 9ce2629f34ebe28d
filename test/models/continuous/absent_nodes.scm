/// A number of nodes that is drawn.
model Bumpers {
  n ~ poisson(3)
  for k in 0..n {
    bumper[k] ~ normal(k, 1)
  }
  total := sum(bumper)
}

query there = P(exists(bumper[2]))                //= 1 - exp(-3) * 8.5
query second = E(bumper[2] | exists(bumper[2]))   //= 2
query total = E(total)                            //= 4.5
query missing = E(bumper[2])                      //= error E0611
query count = E(n | exists(bumper[0]))            //= 3 / (1 - exp(-3))
query seen = E(n | bumper = [0.0, 1.0])           //= exactly 2
query seen_weight = evidence(bumper = [0.0, 1.0]) //= -3 + ln(9/2) - ln(2 * pi) (se < 0.2)
