// actions on what is no node
model M(n: int) {
  let k = n + 1
  x ~ normal(k, 1)
  y ~ normal(x, 1)
}
query a = E(y | do(z = 1)) in M(1)
query b = E(y | do(n = 1)) in M(1)
query c = E(y | do(k = 1)) in M(1)
