model Tails {
  t ~ student_t(5, 1, 2)
  c ~ cauchy(0, 2)
  h ~ half_cauchy(5)
  n ~ half_normal(2)
}

query t_mean = E(t)              //= 1
query t_level = Q(t, 0.95)       //= 1 + 2 * 2.015048372669157 (se < 0.1)
query t_positive = P(t > 0)      //= 0.68085056418
query c_median = Median(c)       //= 0
query c_quartile = Q(c, 0.75)    //= 2
query h_median = Median(h)       //= 5 (se < 0.2)
query n_mean = E(n)              //= 2 * sqrt(2 / pi)
query t_weight = evidence(t = 3) //= -2.20873144
query c_weight = evidence(c = 2) //= -ln(4 * pi)
