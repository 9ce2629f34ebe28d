// the mean of a label, and of an array
enum Drug { A, B }
model M {
  drug ~ categorical(Drug, [0.5, 0.5])
  for i in 0..3 { x[i] ~ normal(0, 1) }
}
query a = E(drug)
query b = E(x)
