// comparisons do not chain
model M {
  x ~ normal(0, 1)
  inside := 0 < x < 1
}
query q = P(inside)
