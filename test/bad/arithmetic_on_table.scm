// arithmetic on tables
enum Drug { A, B }
model M { drug ~ categorical(Drug, [0.5, 0.5])  x ~ normal(0, 1) }
query a = P(drug) - 0.5
query b = 2 * posterior(x)
query c = argmax d in [0, 1] of posterior(x | x > d)
