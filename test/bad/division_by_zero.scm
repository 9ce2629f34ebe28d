// a division by zero, a loop that never runs, code that is never reached: warnings
fn f(x) {
  return x / 0
  return 1
}
model M {
  var n = 0
  for i in 3..3 { n = n + i }
  while false { n = n + 1 }
  y := f(n)
}
query q = E(y)
