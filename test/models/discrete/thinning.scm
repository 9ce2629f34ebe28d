/// A poisson number, of which each is kept with probability 1/2.
model Thin {
  n ~ poisson(6)
  k ~ binomial(n, 0.5)
}

query rest = E(n | k = 3)            //= 6
query exact_rest = P(n == 3 | k = 3) //= exp(-3)
query weight = evidence(k = 3)       //= -3 + 3 * ln(3) - ln(6)
query mean = E(k)                    //= 3
query spread = Var(k)                //= 3
query link = Cov(n, k)               //= 3
query corr = Corr(n, k)              //= sqrt(1/2)
