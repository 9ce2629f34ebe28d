model Product {
  u ~ uniform(0, 1)
  v ~ uniform(0, 1)
  y := u * v
}

query half = posterior(u | y ~= 0.5) using abc(epsilon = 0.005) //= mean u 0.72134752, median u 0.70710678
