model Either {
  a ~ bernoulli(0.3)
  b ~ bernoulli(0.8)
  observe a or b
}

query a = P(a)          //= 15/43
query both = P(a and b) //= 12/43
query table = P(a != b) //= 31/43
