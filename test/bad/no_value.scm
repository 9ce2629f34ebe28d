// a function that returns nothing, used as a value
fn note(x) { factor -x^2 }
model M {
  x ~ normal(0, 1)
  y := 1 + note(x)
}
query q = E(y)
