// an observation in a distribution
dist coin(p: real): bool {
  draw {
    observe p > 0
    return noise_uniform() < p
  }
}
model M { x ~ coin(0.5) }
query q = P(x)
