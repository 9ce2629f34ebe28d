/// Tables indexed by a bool and an enum, filled by loops over both and declared as a table of parameters.
enum Drug { A, B }

model Tables {
  flag ~ bernoulli(0.3)
  for f in bool {
    for d in Drug {
      share[f, d] ~ beta(if f then 2 else 1, int(d) + 1)
    }
  }
  param risk[bool, Drug] ~ beta(1, 1)
  picked := share[flag, B]
  sick ~ bernoulli(risk[flag, A])
  trues := sum([if f then 1 else 0 for f in bool])
}

query cell = E(share[true, A])                   //= 2/3
query other = E(share[false, B])                 //= 1/3
query chosen = E(picked | flag)                  //= 0.5
query learned = E(risk[true, A] | flag, sick)    //= 2/3
query untouched = E(risk[false, A] | flag, sick) //= 0.5
query counted = E(trues)                         //= 1
