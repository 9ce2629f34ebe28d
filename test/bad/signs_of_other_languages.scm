// signs of other languages: an arrow before a type, a question mark, `do` without parentheses
fn f(x: real) -> real { return x }
model M {
  x ~ normal(0, 1)
  y := x > 0 ? 1 : 0
}
query a = E(y | do x = 1)
query b = E(y | do(x == 1))
