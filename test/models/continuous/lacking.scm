/// Targets computed from nodes that a run may lack: what is not there is not false.
model Sometimes {
  n ~ poisson(3)
  for k in 0..n {
    h[k] ~ normal(k, 1)
  }
  if n > 2 {
    c ~ bernoulli(0.5)
  }
}

query compared = P(h[2] > 2) //= error E0611
query joined = P(c or n > 2) //= error E0611
query needed = P(n <= 2 or c) //= exp(-3) * 8.5 + 0.5 * (1 - exp(-3) * 8.5)
query given = P(h[2] > 2 | exists(h[2])) //= 0.5
query asked = P(exists(h[2]) and h[2] > 2) //= 0.5 * (1 - exp(-3) * 8.5)
query summed = E(h[0] + h[1] | n > 1) //= 1
