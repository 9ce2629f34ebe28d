/// A condition and a score together.
model Half {
  x ~ normal(0, 1)
  observe x >= 0
  observe 0 ~ normal(x, 1)
}

query never = P(x < 0)    //= exactly 0
query mean = E(x)         //= 1 / sqrt(pi)
query weight = evidence() //= -ln(2) - 0.5 * ln(4 * pi)
