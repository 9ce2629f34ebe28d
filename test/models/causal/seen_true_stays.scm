/// z is no cause of y: what was seen of y stays.
model Apart {
  z ~ bernoulli(0.5)
  y ~ bernoulli(0.3)
  n ~ poisson(4)
  c ~ categorical([0.2, 0.3, 0.5])
  g ~ gamma(2, 3)
  b ~ beta(2, 2)
  k ~ binomial(10, 0.3)
  v ~ normal(0, 1)
}

query stays = P(y[do(z = false)] | y = true)        //= exactly 1
query stays_false = P(y[do(z = true)] | y = false)  //= exactly 0
query counts = P(n[do(z = true)] | n = 7)           //= 7: exactly 1
query label = P(c[do(z = true)] | c = 1)            //= 1: exactly 1
query shape = E(g[do(z = true)] | g = 0.5)          //= 0.5
query share = E(b[do(z = false)] | b = 0.9)         //= 0.9
query trials = E(k[do(z = false)] | k = 5)          //= exactly 5
query value = E(v[do(z = true)] | v = -1.25)        //= exactly -1.25
query other = P(z | y = true)                       //= 0.5
query same = P(y[do(z = true)] == y[do(z = false)]) //= exactly 1
query same_counts = P(n[do(z = true)] == n)         //= exactly 1
