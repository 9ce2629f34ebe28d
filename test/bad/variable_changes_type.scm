// a variable that becomes a string
model M {
  var state = 0
  for i in 0..3 { state = "on" }
  x := state
}
query q = posterior(x)
