const xs = [1.1, 2.4, 3.7, 4.4]
const ys = [1.1, 1.7, 1.9, 2.7]

model Line {
  k ~ normal(0, 5)
  m ~ normal(0, 5)
  s ~ gamma(1, 1)
  for i in 0..len(xs) {
    observe ys[i] ~ normal(m + k * xs[i], s)
  }
}

query line = posterior(k, m, s) using importance(samples = 1000000)
//= mean k 0.432163578291 (se < 0.05), sd k 0.228476108282, mean m 0.594679585932 (se < 0.1), sd m 0.716831858595, mean s 0.483195622207 (se < 0.05)
query weight = evidence() using importance(samples = 1000000) //= -7.9789365237 (se < 0.1)
