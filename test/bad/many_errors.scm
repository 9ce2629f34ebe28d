// errors of many kinds in one file are all reported
enum Drug { A, B }
const y = [1, 2, 3]
fn f(x) = x + q
model M {
  drug ~ categorical(Drug, [0.5, 0.4])
  x ~ normal(y[5], 1)
  z := if x then 1 else 0
  w := g(z)
}
query a = P(drug = C)
query b = E(zz)
query c = E(x) using magic()
