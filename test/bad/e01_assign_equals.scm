// a node declared with a single equals sign and no var
model M {
  x = normal(0, 1)
}
query q = E(x)
