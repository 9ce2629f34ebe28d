// a variable that becomes an array of arrays of arrays
model M {
  var x = []
  for i in 0..3 { x = [x] }
  y := len(x)
}
query q = E(y)
