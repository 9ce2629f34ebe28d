// a node in a function
fn f(a) {
  x ~ normal(a, 1)
  return x
}
model M { y := f(1) }
query q = E(y)
