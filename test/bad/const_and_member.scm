// a constant with the name of a member
enum Drug { A, B }
const A = 3
model M { drug ~ categorical(Drug, [0.5, 0.5])  x := A }
query q = P(drug)
