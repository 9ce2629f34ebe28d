// local names that hide others: warnings
const n = 3
fn f(x) {
  let y = x
  for i in 0..2 { let y = i  if y > 0 { return y } }
  return y
}
model M {
  let n = 2
  x := f(n)
}
query q = E(x)
query r = E(x) + n
