// a range with a real end
model M {
  x ~ uniform(0, 5)
  y := sum([1 for i in 0..x])
}
query q = E(y)
