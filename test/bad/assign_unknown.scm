// a variable that was never declared is assigned
model M {
  var total = 0
  for i in 0..3 { totl = total + i }
  x := total
}
query q = E(x)
