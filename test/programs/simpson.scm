// simpson.scm: the drug trial of the lectures
enum Drug { A, B }
data trial = csv("trial.csv")                // female,drug,clot,count — 8 rows
model Trial {
  param p_female ~ beta(1, 1)
  param p_drug[bool] ~ dirichlet([1, 1])     // a table: one row per value of the index type
  param risk[bool, Drug] ~ beta(1, 1)
  female ~ bernoulli(p_female)
  drug ~ categorical(Drug, p_drug[female])
  clot ~ bernoulli(risk[female, drug])
}
query seen = P(clot | drug = A) - P(clot | drug = B) given trial weighted count          //= +0.0330538
query done = P(clot | do(drug = A)) - P(clot | do(drug = B)) given trial weighted count  //= -0.0493348
