// a loop over a number
model M {
  var s = 0
  for i in 10 { s = s + i }
  x := s
}
query q = E(x)
