// Does a navigation system weaken the memory? The same question as in `gps.scm`, of a study with quantities: hours with
// the device in a week, the size of the hippocampus in a scanner, points in a memory test. A sense of place, which
// nobody measures, keeps people from using the device and helps their memory, so the plain slope, -0.88, makes the
// device look more than twice as bad as it is. But all that it does to memory it does through the hippocampus: the
// front door. An hour more costs the hippocampus 0.8, and each unit of that costs 0.5 points. Where all is linear
// the effect is the product of the two slopes, -0.4: the first is not confounded, and the second is not once the hours
// are held fixed. The table holds 2000 people drawn from the model; the estimates use the table and the graph alone.
// (These people are invented. That heavy use goes with worse memory: Dahmani and Bohbot, Scientific Reports 10, 2020.)
model Navigation {
  latent sense ~ normal(0, 1)
  gps ~ normal(5 - 1.5 * sense, 2)
  hippocampus ~ normal(30 - 0.8 * gps, 1.5)
  memory ~ normal(20 + 0.5 * hippocampus + 2 * sense, 1)
}

data study = csv("gps_study.csv")

/// What a regression of memory on hours sees.
query slope = Cov(gps, memory) / Var(gps) in Navigation //= -0.4 - 3 / 6.25
/// What an hour more does, by acting in the model.
query hour = E(memory[do(gps = 6)] - memory[do(gps = 5)]) in Navigation //= -0.4
/// Why the study can tell: the steps of the do-calculus.
query how = identify P(memory | do(gps)) in Navigation

/// The two slopes, and their product, from the table.
query first = estimate E(hippocampus[do(gps = 6)] - hippocampus[do(gps = 5)]) from study by backdoor in Navigation //= -0.8
query second = estimate E(memory[do(hippocampus = 31)] - memory[do(hippocampus = 30)]) from study by backdoor(gps)
  in Navigation //= 0.5
query product = estimate E(memory[do(gps = 6)] - memory[do(gps = 5)]) from study by frontdoor(hippocampus) in Navigation //= -0.4
