/// A missing cell tells nothing: what is observed of it has the factor 1.
data patients = csv("patients.csv")

enum Arm { A, B }

model Better {
  p ~ beta(1, 1)
  for i in 0..patients.rows {
    observe patients.better[i] ~ bernoulli(p)
  }
}

model Visits {
  rate ~ gamma(1, 1)
  for i in 0..patients.rows {
    observe patients.visits[i] ~ poisson(rate)
  }
}

model Gain {
  gain ~ normal(0, 10)
  for i in 0..patients.rows {
    observe patients.gain[i] ~ normal(gain, 1)
  }
}

model Arms {
  p ~ beta(1, 1)
  for i in 0..patients.rows {
    observe patients.arm[i] ~ categorical(Arm, [p, 1 - p])
  }
}

query better = E(p) in Better       //= 0.6
query likely = evidence() in Better //= -2.48490664979
query visits = E(rate) in Visits    //= 2
query gain = E(gain) in Gain        //= 4 / 2.01
query arms = E(p) in Arms           //= 0.6
