// a pattern of another type
model M {
  n ~ poisson(2)
  word := match n { 0 => 1, "one" => 2, _ => 3 }
}
query q = E(word)
