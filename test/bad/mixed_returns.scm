// returns of two types
fn f(x) {
  if x > 0 { return true }
  return 0
}
model M { y := f(1) }
query q = posterior(y)
