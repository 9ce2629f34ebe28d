// patterns that are never reached: warnings
model M {
  x ~ bernoulli(0.5)
  y := match x { true => 1, true => 2, _ => 3, false => 4 }
}
query q = E(y)
