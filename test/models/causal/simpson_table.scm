/// Simpson's paradox with known risks: seen and done have other signs.
enum Drug { A, B }
const risk = [[0.0714286, 0.075], [0.3, 0.4047619]]

model Trial {
  female ~ bernoulli(0.5)
  drug ~ categorical(
    Drug,
    if female then [0.65573770491803, 0.34426229508197] else [0.34426229508197, 0.65573770491803]
  )
  clot ~ bernoulli(risk[female, drug])
}

query seen = P(clot | drug = A) - P(clot | drug = B)                          //= 0.0327868967213
query done = P(clot | do(drug = A)) - P(clot | do(drug = B))                  //= -0.05416665
query women = P(clot | do(drug = A), female) - P(clot | do(drug = B), female) //= -0.1047619
query table = P(drug | clot)                                                  //= A: 0.5400000132, B: 0.4599999868
