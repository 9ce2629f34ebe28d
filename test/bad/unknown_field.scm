// a field that the record does not have
fn point(x) = { left: x, right: x + 1 }
model M {
  x ~ normal(0, 1)
  y := point(x).rigth
}
query q = E(y)
