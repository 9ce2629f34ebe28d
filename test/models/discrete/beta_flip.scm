model Biased {
  x ~ beta(1, 2)
  y ~ bernoulli(x)
}

model Weighted {
  x ~ beta(1, 2)
  y ~ bernoulli(x)
  if y {
    factor 2 * log(x)
  }
}

query plain = P(y) in Biased                     //= 1/3
query weighted = P(y) in Weighted                //= 3/23
query after_success = E(x | y) in Biased         //= 1/2
query after_failure = E(x | y = false) in Biased //= 1/4
