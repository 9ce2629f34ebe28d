/// A weight that is no density.
model Square {
  x ~ uniform(0, 1)
  y ~ uniform(0, 1)
  factor log(cos(x^4) + x^3 + y)
}

query mean = E(x)         //= 0.5317306242071037
query weight = evidence() //= ln(1.696840614165405)
