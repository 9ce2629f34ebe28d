enum Drug { A, B }

/// A trial with confounding by severity, and the same under treatment.
model Trial {
  severe ~ bernoulli(0.4)
  drug ~ categorical(Drug, if severe then [0.8, 0.2] else [0.3, 0.7])
  recovered ~ bernoulli(if drug == A then (if severe then 0.6 else 0.9) else (if severe then 0.3 else 0.8))
}

model Treated = do(Trial, drug = A)
model Mild = do(Trial, severe = false)
model Random = do(Trial, drug ~ categorical(Drug, [0.5, 0.5]))
model Both = do(Treated, severe = true)

query seen = P(recovered | drug = A) in Trial                                     //= (0.32 * 0.6 + 0.18 * 0.9) / 0.5
query done = P(recovered) in Treated                                              //= 0.4 * 0.6 + 0.6 * 0.9
query done_bar = P(recovered | do(drug = A)) in Trial                             //= 0.78
query mild = P(drug) in Mild                                                      //= A: 0.3, B: 0.7
query random = P(recovered) in Random                                             //= 0.5 * 0.78 + 0.5 * 0.6
query random_seen = P(recovered | drug = B) in Random                             //= 0.6
query both = P(recovered) in Both                                                 //= 0.6
query effect = E(recovered | do(drug = A)) - E(recovered | do(drug = B)) in Trial //= 0.18
query severe = P(severe | recovered) in Treated                                   //= 0.24 / 0.78
query had = P(recovered[do(drug = B)] | recovered, drug = A) in Trial             //= (0.32 * 0.3 + 0.18 * 0.8) / (0.32 * 0.6 + 0.18 * 0.9)
query equal = P(severe | do(drug = A)) in Trial                                   //= 0.4
