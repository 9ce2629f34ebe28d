/// Actions on one member of a family.
model Walk {
  x[0] ~ normal(0, 1)
  for t in 1..6 {
    x[t] ~ normal(0.5 * x[t - 1], 1)
  }
  last := x[5]
}

query act = E(last | do(x[3] = 8))                                //= 2
query had = E(last[do(x[3] = 8)] - last | x[3] = 0)               //= exactly 2
query upstream = E(x[2] | do(x[3] = 8))                           //= 0
query downstream = Var(x[4] | do(x[3] = 8))                       //= 1
query shifted = E(x[5][do(x[2] := x[2] + 8)] - x[5])              //= exactly 1
query whole = E(last | x = [0, 0, 0, 0, 0, 4])                    //= exactly 4
query weight = evidence(x = [0, 0, 0, 0, 0, 2])                   //= -3 * ln(2 * pi) - 2
query unit = E(x[5][do(x[0] = 32)] | x = [0, 1, 0, 1, 0, 1])      //= exactly 2
query two = E(x[5][do(x[1] = 16, x[3] = 0)] | x[1] = 0, x[3] = 0) //= 0
query wide = E(sum(x) | do(x[0] = 4))                             //= 7.875
