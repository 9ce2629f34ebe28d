// a member of two enums
enum Drug { A, B }
enum Grade { A, C }
model M { drug ~ categorical(Drug, [0.5, 0.5]) }
query q = P(drug = A)
