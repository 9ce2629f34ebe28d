// two members and three probabilities
enum Drug { A, B }
model M { drug ~ categorical(Drug, [0.2, 0.3, 0.5]) }
query q = P(drug)
