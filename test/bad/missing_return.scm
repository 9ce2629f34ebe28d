// a function that may end without a value
fn sign_of(x) {
  if x > 0 { return 1 }
  if x < 0 { return -1 }
}
model M { x ~ normal(0, 1)  s := sign_of(x) }
query q = E(s)
