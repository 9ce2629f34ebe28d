// two local names of one spelling in one block
model M {
  let a = 1
  let a = 2
  x ~ normal(a, 1)
}
query q = E(x)
