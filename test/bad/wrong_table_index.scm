// a table indexed by another enum
enum Drug { A, B }
enum Sex { male, female }
model M {
  param risk[Drug] ~ beta(1, 1)
  sex ~ categorical(Sex, [0.5, 0.5])
  ill ~ bernoulli(risk[sex])
}
query q = P(ill)
