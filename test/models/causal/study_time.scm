/// Encouragement, homework, exam score.
model Study {
  x ~ normal(0, 1)
  h := 0.5 * x + sample normal(0, 1)
  y := 0.7 * x + 0.4 * h + sample normal(0, 1)
}

query had = E(y[do(h = 2)] | x = 0.5, h = 1, y = 1.5)      //= exactly 1.90
query act = E(y | do(h = 2))                               //= 0.80
query see = E(y | h = 2)                                   //= 0.8 + 0.7 * 0.8
query effect = E(y[do(x = 1)] - y[do(x = 0)])              //= exactly 0.9
query unit_x = E(y[do(x = 1.5)] | x = 0.5, h = 1, y = 1.5) //= exactly 2.4
