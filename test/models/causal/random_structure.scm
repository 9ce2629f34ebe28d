/// Worlds of a program whose draws depend on draws.
model Random {
  n ~ discrete_uniform(1, 3)
  for k in 0..n {
    part[k] ~ normal(1, 1)
  }
  total := sum(part)
  longer := if total > 0 then sample normal(total, 1) else sample exponential(1)
}

query mean = E(total)                                         //= 2
query had = E(total[do(n = 1)] | n = 3, part[0] = 0.5)        //= exactly 0.5
query more = E(total[do(n = 3)] | n = 1, part[0] = 5)         //= 7
query member = E(total[do(part[0] = 0)] | part[0] = 4, n = 1) //= exactly 0
query shared = E(total[do(n = 3)] - total[do(n = 2)])         //= 1
