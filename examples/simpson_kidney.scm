// Kidney stones (Charig and others 1986), the second table of Simpson's paradox: open surgery heals small stones and
// large stones more often than puncture does, and fewer patients in all, for it gets the large stones.
enum Treatment { surgery, puncture }

/// Patients and successes, indexed by large stone (no, yes) and treatment.
const patients = [[87, 270], [263, 80]]
const successes = [[81, 234], [192, 55]]

const large_share = sum(patients[1]) / (sum(patients[0]) + sum(patients[1]))
const punctured = [row[1] / sum(row) for row in patients]
const success_rate = [[successes[s][t] / patients[s][t] for t in 0..2] for s in 0..2]

model Stones {
  large ~ bernoulli(large_share)
  treatment ~ categorical(Treatment, [1 - punctured[large], punctured[large]])
  healed ~ bernoulli(success_rate[large, treatment])
}

query seen_surgery = P(healed | treatment = surgery)       //= 0.78
query seen_puncture = P(healed | treatment = puncture)     //= 0.8257142857142857
query done_surgery = P(healed | do(treatment = surgery))   //= 0.8325462173856037
query done_puncture = P(healed | do(treatment = puncture)) //= 0.778875

/// A patient with a large stone was punctured in vain: would surgery have healed?
query had_surgery = P(healed[do(treatment = surgery)] | large, treatment = puncture, healed = false) //= 0.13612167300380235
