/// Rows of a table as units of a population.
enum Drug { A, B }

data trial = csv("units.csv")

model Trial {
  param p_drug ~ beta(1, 1)
  param risk[Drug] ~ beta(1, 1)
  treated ~ bernoulli(p_drug)
  drug := if treated then A else B
  clot ~ bernoulli(risk[drug])
}

query rows = evidence() given trial weighted count                                          //= -21.7900238011
query seen = P(clot | treated) given trial weighted count                                   //= 0.4
query done = P(clot | do(treated = false)) given trial weighted count                       //= 0.222222222222
query rate = E(risk[A]) given trial weighted count                                          //= 0.4
query share = P(treated) given trial weighted count                                         //= 0.529411764706
query experiment = P(treated) given trial weighted count under do(treated ~ bernoulli(0.5)) //= 0.5
