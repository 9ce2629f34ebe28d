// a parameter is assigned
fn f(n: int) {
  n = n - 1
  return n
}
model M { x := f(3) }
query q = E(x)
