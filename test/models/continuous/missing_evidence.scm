/// Evidence on what a run may lack: a run without the node disagrees, and no atom wins because of it.
model Maybe {
  k ~ poisson(2)
  if k > 2 {
    late ~ normal(0, 1)
  }
  for i in 0..k {
    part[i] ~ normal(k, 1)
    for j in 0..i {
      cell[i, j] ~ bernoulli(0.5)
    }
  }
  for t in 1..4 {
    fixed[t] ~ normal(0, 1)
  }
}

query late = P(k > 2 | late = 0.0)        //= exactly 1
query late_count = E(k | late = 0.0)      //= (2 - 6 * exp(-2)) / (1 - 5 * exp(-2))
query part = P(k = 0 | part[0] = 1.0)     //= exactly 0
query part_count = E(k | part[0] = 1.0)   //= 1.46942985549
query none = E(k | part[40] = 1.0)        //= error E0610
query cell = P(k >= 3 | cell[2, 1])       //= exactly 1
query gap = E(k | fixed[0] = 0.0)         //= error E0610
query there = E(k | fixed[1] = 0.0)       //= 2
query exists_cell = P(exists(cell[2, 1])) //= 1 - 5 * exp(-2)
