// Tables of nodes: one independent draw, or one run of a part, for each value of the index types.
enum Drug { A, B }
model Arm(mean: real) {
  effect ~ normal(mean, 1)
  shown := 2 * effect
}
model Trial {
  arm[Drug] ~ Arm(3)
  base[bool, Drug] ~ normal(1, 1)
  drug ~ categorical(Drug, [0.5, 0.5])
  y ~ normal(arm[drug].effect + base[true, drug], 1)
}
query part = E(arm[B].shown) in Trial //= 6
query act = E(y[do(base[true, A] = 5)] | drug = A) in Trial //= 8
query learned = E(base[true, B] | y = 3, drug = B) in Trial //= 0.6666667 (1 - 1/3)
query other = E(base[false, B] | y = 3, drug = B) in Trial //= 1
query apart = Cov(base[true, A], base[true, B]) in Trial //= 0
