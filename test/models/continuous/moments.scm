model Moments {
  z ~ normal(1, 2)
  e ~ exponential(0.5)
  u ~ uniform(-1, 3)
  g ~ gamma(3, 2)
  b ~ beta(2, 6)
  l ~ lognormal(0, 0.5)
  both := z + 2 * u
}

query z_mean = E(z)                        //= 1
query z_sd = Sd(z)                         //= 2
query z_level = Q(z, 0.975)                //= 1 + 2 * 1.959963984540054 (se < 0.1)
query z_positive = P(z > 0)                //= 0.6914624612740131
query e_median = Median(e)                 //= 2 * ln(2)
query e_mean = E(e | e > 3)                //= 5 (se < 0.1)
query u_var = Var(u)                       //= 4/3
query g_mean = E(g)                        //= 3/2
query g_var = Var(g)                       //= 3/4
query b_mean = E(b)                        //= 1/4
query l_mean = E(l)                        //= exp(0.125)
query l_median = Median(l)                 //= 1
query covariance = Cov(both, z)            //= 4 (se < 0.1)
query correlation = Corr(both, u)          //= 2 * (4/3) / sqrt((4/3) * (4 + 16/3))
query arithmetic = 3 * E(u) - E(z) / 2 + 1 //= 3.5
query ratio = (E(g) + E(b)) / E(e)         //= 7/8
query nested = E(exp(-e))                  //= 1/3
query level_given = Q(z, 0.9 | u > 2.8)    //= 1 + 2 * 1.2815515655446004 (se < 0.2)
query median_given = Median(g | u > 2.8)   //= 1.337030156986 (se < 0.1)
