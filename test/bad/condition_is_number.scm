// a number as a condition
model M {
  n ~ poisson(2)
  some := if n then 1 else 0
}
query q = E(some)
