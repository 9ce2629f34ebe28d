// a tuple of two taken apart into three
fn pair(x) = (x, x + 1)
model M {
  let (a, b, c) = pair(1)
  y := a + b + c
}
query q = E(y)
