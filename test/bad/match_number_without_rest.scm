// a match over numbers without a rest
model M {
  n ~ poisson(2)
  y := match n { 0 => 1, 1 => 2 }
}
query q = E(y)
