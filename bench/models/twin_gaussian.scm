// A linear Gaussian model of ten nodes, three of them seen, and a question about the world where x2 had been 1.
// The exact answer is linear algebra: the noise given the evidence is normal, and the other world is linear in it.
model Chain {
  x0 ~ normal(0, 1)
  x1 := 0.8 * x0 + sample normal(0, 1)
  x2 := 0.5 * x0 - 0.4 * x1 + sample normal(0, 1)
  x3 := 0.7 * x2 + 0.3 * x0 + sample normal(0, 1)
  x4 := 0.6 * x1 + 0.5 * x2 - 0.2 * x3 + sample normal(0, 1)
  x5 := 0.9 * x3 - 0.5 * x4 + sample normal(0, 1)
  x6 := 0.4 * x2 + 0.3 * x5 + 0.2 * x0 + sample normal(0, 1)
  x7 := 0.5 * x4 + 0.6 * x6 + sample normal(0, 1)
  x8 := 0.3 * x5 - 0.7 * x7 + 0.2 * x1 + sample normal(0, 1)
  x9 := 0.5 * x8 + 0.4 * x7 + 0.3 * x2 + sample normal(0, 1)
}
query twin = E(x9[do(x2 = 1)] | x3 = 1.2, x6 = 0.5, x8 = -0.4) using importance(samples = 1000000) //= 0.3748741446
