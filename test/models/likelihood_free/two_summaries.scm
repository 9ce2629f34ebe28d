/// One summary that informs, one that is noise: scaling matters.
model Summaries {
  theta ~ uniform(0, 10)
  s1 := theta + 1 + 0.1 * sample normal(0, 1)
  s2 := 2 + 10 * sample normal(0, 1)
}

query scaled = posterior(theta | s1 ~= 4, s2 ~= 2) using abc_smc(particles = 100) //= mean theta 3 (se < 0.2)
