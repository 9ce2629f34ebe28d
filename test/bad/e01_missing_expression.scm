// nothing behind an operator
model M {
  x := 1 +
}
query q = E(x)
