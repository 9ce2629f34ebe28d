// evidence on what an operated model has fixed
model Trial { drug ~ bernoulli(0.5)  cured ~ bernoulli(if drug then 0.9 else 0.2) }
model Treated = do(Trial, drug = true)
query q = P(cured | drug = false) in Treated
