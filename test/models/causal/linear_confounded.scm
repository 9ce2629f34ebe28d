/// A linear model with four hidden causes.
model Linear {
  latent u1 ~ normal(0, 1)
  latent u2 ~ normal(0, 1)
  latent u3 ~ normal(0, 1)
  latent u4 ~ normal(0, 1)
  w := u2 + u3 + sample normal(0, 1)
  x := u1 + u3 + u4 + sample normal(0, 1)
  z := u4 + x + w + sample normal(0, 1)
  y := x + z + u1 + u2 + sample normal(0, 1)
}

query act = E(y | do(x = 1.5))                                       //= 3 (se < 0.1)
query slope = Cov(x, y) / Var(x)                                     //= 2.75 (se < 0.1)
query seen = E(y | x = 2)                                            //= 5.5 (se < 0.1)
query direct = E(y[do(x = 1, z = z[do(x = 0)])]) - E(y[do(x = 0)])   //= 1 (se < 0.1)
query indirect = E(y[do(x = 0, z = z[do(x = 1)])]) - E(y[do(x = 0)]) //= 1 (se < 0.1)
query paired = E(y[do(x = 1, z = z[do(x = 0)])] - y[do(x = 0)])      //= exactly 1
query unit = E(y[do(x = 1)] | w = 1, x = 0.1, z = 2, y = 1.1)        //= exactly 2.9
query unit_low = E(y[do(x = -1)] | w = 1, x = 0.1, z = 2, y = 1.1)   //= exactly -1.1
