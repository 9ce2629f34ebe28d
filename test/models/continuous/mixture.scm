model Mixture {
  x ~ mixture([0.3, 0.7], [normal(-1, 1), normal(2, 0.5)])
}

query mean = E(x)                //= 1.1
query spread = Var(x)            //= 2.365
query positive = P(x > 0)        //= 0.74757440631
query weight = evidence(x = 0.5) //= ln(0.3 * 0.12951759567 + 0.7 * 0.00886369682)
