// The drug trial of the lectures. Among men drug A gives fewer clots than drug B, among women too; among all it gives
// more, because women, who clot more often, mostly got A. The rates are those of the table.
enum Drug { A, B }

// female,drug,clot,count: women first, then A before B, then clot before none
data trial = csv("trial.csv")

fn patients(female, drug) = trial.count[4 * (1 - female) + 2 * drug] + trial.count[4 * (1 - female) + 2 * drug + 1]

/// Indexed by female: no, yes.
const got_b = [patients(f, 1) / (patients(f, 0) + patients(f, 1)) for f in 0..2]
const risk = [[trial.count[4 * (1 - f) + 2 * d] / patients(f, d) for d in 0..2] for f in 0..2]
const women = (patients(1, 0) + patients(1, 1)) / sum(trial.count)

model Trial {
  female ~ bernoulli(women)
  drug ~ categorical(Drug, [1 - got_b[female], got_b[female]])
  clot ~ bernoulli(risk[female, drug])
}

/// Clots under A less clots under B: as seen, ...
query seen = P(clot | drug = A) - P(clot | drug = B) //= 0.03278688524590165
/// ... within each sex, ...
query seen_women = P(clot | drug = A, female) - P(clot | drug = B, female)               //= -0.10476190476190478
query seen_men = P(clot | drug = A, female = false) - P(clot | drug = B, female = false) //= -0.0035714285714285726
/// ... and if the drug is given to everybody.
query done = P(clot | do(drug = A)) - P(clot | do(drug = B)) //= -0.05416666666666667
