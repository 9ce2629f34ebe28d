// operated models of what is not there
model Trial { drug ~ bernoulli(0.5)  cured ~ bernoulli(if drug then 0.9 else 0.2) }
model Treated = do(Trail, drug = true)
model Other = do(Trial, drugs = true)
query q = P(cured) in Treated
query r = P(cured) in Other
