enum Drug { A, B, C }
const cure = [[0.1, 0.5, 0.7], [0.3, 0.2, 0.9]]

/// Tables indexed by a bool and an enum.
model Clinic {
  old ~ bernoulli(0.4)
  drug ~ categorical(Drug, if old then [0.2, 0.3, 0.5] else [0.6, 0.3, 0.1])
  cured ~ bernoulli(cure[old, drug])
}

query drugs = P(drug)                                                //= A: 0.44, B: 0.3, C: 0.26
query cured = P(cured | drug = B)                                    //= 0.38
query cured_do = P(cured | do(drug = C))                             //= 0.78
query seen = P(cured | drug = C)                                     //= (0.4 * 0.5 * 0.9 + 0.6 * 0.1 * 0.7) / 0.26
query back = P(drug | cured, old = true)                             //= A: 6/57, B: 6/57, C: 45/57
query mixed = P(cured | do(drug ~ categorical(Drug, [0.5, 0.5, 0]))) //= 0.28
