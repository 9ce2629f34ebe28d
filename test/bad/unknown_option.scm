// an option that the method does not have, and values that options cannot have
model M { x ~ normal(0, 1) }
query a = E(x) using smc(particals = 100)
query b = E(x) using smc(particles = 0)
query c = E(x) using abc(distance = euclid)
query d = E(x) using importance(samples = 10.5)
query e = E(x) using exact(samples = 10)
query f = E(x) using mh(scale = 0)
query g = E(x) using mh(scale = -1)
