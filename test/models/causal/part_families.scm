/// Parts in a family.
model Shower(energy: real) {
  depth ~ normal(energy, 1)
  for k in 0..3 {
    hits[k] ~ normal(depth * (k + 1), 1)
  }
}

model Pair {
  energy ~ normal(10, 2)
  for i in 0..2 {
    shower[i] ~ Shower(energy)
  }
  gap := shower[0].depth - shower[1].depth
}

query spread = Var(gap) in Pair                                  //= 2
query upward = E(shower[1].depth | shower[0].depth = 15) in Pair //= 14
query one = E(gap | do(shower[0].depth = 12)) in Pair            //= 2
