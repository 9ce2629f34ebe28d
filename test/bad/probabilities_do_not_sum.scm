// probabilities that do not sum to 1
enum Drug { A, B }
model M { drug ~ categorical(Drug, [0.5, 0.6]) }
query q = P(drug)
