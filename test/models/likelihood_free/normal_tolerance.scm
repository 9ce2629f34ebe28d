/// Approximate equality with a known answer for every tolerance.
model Measured {
  theta ~ normal(0, 1)
  y ~ normal(theta, 1)
}

query tight = posterior(theta | y ~= 1) using abc(epsilon = 0.1)  //= mean theta 0.49916736, sd theta 0.70769511
query middle = posterior(theta | y ~= 1) using abc(epsilon = 0.5) //= mean theta 0.47959408, sd theta 0.72127826
query wide = posterior(theta | y ~= 1) using abc(epsilon = 1)     //= mean theta 0.42320577, sd theta 0.75802439
query loose = posterior(theta | y ~= 1) using abc(epsilon = 2)    //= mean theta 0.25556630, sd theta 0.85258516
