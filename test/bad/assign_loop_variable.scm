// a loop variable is assigned
model M {
  var sum = 0
  for i in 0..3 { i = i + 1  sum = sum + i }
  x := sum
}
query q = E(x)
