// entries of the wrong type and number
dist odd(p: real): bool {
  require p
  draw = noise_uniform()
  logpdf = log(p)
  draw = noise_uniform() < p
}
model M { x ~ odd(0.5) }
query q = P(x)
