// a requirement of a distribution of the file
dist coin(bias: real): bool {
  require bias >= 0 and bias <= 1
  draw = noise_uniform() < bias
  logpdf(x) = if x then log(bias) else log(1 - bias)
}
model M { x ~ coin(2) }
query q = P(x)
