/// Mediation with an interaction: natural and controlled effects differ.
model Mediation {
  x ~ bernoulli(0.5)
  m ~ bernoulli(if x then 0.7 else 0.2)
  y := 1 + (if x then 2 else 0) + (if m then 3 else 0) + (if x and m then 4 else 0)
}

query total = E(y[do(x = true)] - y[do(x = false)])                                     //= 6.3
query natural_direct = E(y[do(x = true, m = m[do(x = false)])] - y[do(x = false)])      //= 2.8
query natural_indirect = E(y[do(x = false, m = m[do(x = true)])] - y[do(x = false)])    //= 1.5
query controlled = E(y | do(x = true, m = true)) - E(y | do(x = false, m = true))       //= exactly 6
query controlled_off = E(y | do(x = true, m = false)) - E(y | do(x = false, m = false)) //= exactly 2
query reverse_indirect = E(y[do(x = true)] - y[do(x = true, m = m[do(x = false)])])     //= 3.5
