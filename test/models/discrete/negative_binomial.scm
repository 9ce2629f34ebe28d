model Counts {
  a ~ negative_binomial(mean = 4, dispersion = 2)
  b ~ negative_binomial(n = 3, p = 0.5)
}

query mean = E(a)              //= 4
query spread = Var(a)          //= 12 (se < 0.5)
query none = P(a == 0)         //= 1/9
query b_mean = E(b)            //= 3
query b_two = P(b == 2)        //= 3/16
query weight = evidence(a = 1) //= ln(4/27)
