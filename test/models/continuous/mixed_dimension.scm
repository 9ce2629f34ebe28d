/// A mark that is an atom for some and has a density for others: the atom wins.
model Grades {
  american ~ bernoulli(0.5)
  perfect ~ bernoulli(if american then 0.01 else 0.001)
  if perfect {
    grade := if american then 4.0 else 10.0
  } else {
    grade ~ uniform(0, if american then 4 else 10)
  }
}

model Scores {
  counted ~ bernoulli(0.1)
  if counted {
    observe 3 ~ poisson(2)
  } else {
    observe 3.0 ~ normal(3, 0.001)
  }
}

query atom = P(american | grade = 4.0) in Grades       //= exactly 1 (se < 1)
query atom_weight = evidence(grade = 4.0) in Grades    //= ln(0.005) (se < 0.2)
query density = P(american | grade = 3.5) in Grades    //= 0.99 / 4 / (0.99 / 4 + 0.999 / 10)
query density_weight = evidence(grade = 3.5) in Grades //= ln(0.5 * (0.99 / 4 + 0.999 / 10))
query other_atom = P(perfect | grade = 10.0) in Grades //= exactly 1 (se < 1)
query counts_win = P(counted) in Scores                //= exactly 1
query counts_weight = evidence() in Scores             //= ln(0.1) + 3 * ln(2) - 2 - ln(6)
