/// Every kind of action in another world.
model Worlds {
  z ~ normal(1, 1)
  x ~ normal(2 * z, 1)
  m ~ normal(x, 1)
  y ~ normal(x + 3 * m + z, 1)
}

query hard = E(y[do(x = 1)])                                          //= 5
query drawn = E(y[do(x ~ normal(3, 2))])                              //= 13
query drawn_spread = Var(y[do(x ~ normal(3, 2))])                     //= 75 (se < 2)
query shifted = E(y[do(x := x + 1)] - y)                              //= exactly 4
query scaled = E(y[do(x := 2 * x)] - y)                               //= 8 (se < 0.1)
query nested = E(y[do(x = 1, m = m[do(x = 0)])])                      //= 2
query total = E(y[do(x = 1)] - y[do(x = 0)])                          //= exactly 4
query direct = E(y[do(x = 1, m = m[do(x = 0)])] - y[do(x = 0)])       //= exactly 1
query indirect = E(y[do(x = 0, m = m[do(x = 1)])] - y[do(x = 0)])     //= exactly 3
query several = E(y[do(x = 1)] + y[do(x = 2)] - 2 * y[do(x = 0)] + z) //= 13
query other_evidence = E(z | y[do(x = 1)] = 6)                        //= 1 + 1 / 11
query both_evidence = E(y | x = 1, y[do(x = 0)] = 1)                  //= 5
query mixed_bar = E(y[do(z = 0)] | do(x = 2))                         //= 8
query branch_off = E(y[do(m = 1)] | do(x = 2), z = 0.5)               //= 5.5
query seen_and_done = E(y[do(m = 1)] | x = 2, z = 0.5, m = 0, y = 3)  //= exactly 6
query do_shift_bar = E(y | do(x := x + 1))                            //= 13
query do_draw_bar = Var(m | do(x ~ normal(0, 2)))                     //= 5 (se < 0.2)
query covariance = Cov(y[do(x = 0)], y[do(x = 1)])                    //= 11 (se < 0.5)
