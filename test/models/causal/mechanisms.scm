/// What was seen fixes the noise; other parameters then give another value.
model Mechanisms {
  a ~ bernoulli(0.5)
  rate ~ normal(0, 1)
  wait ~ exponential(if a then 1 else 2)
  value ~ normal(rate, if a then 1 else 3)
  size ~ lognormal(if a then 0 else 1, 0.5)
  place ~ uniform(0, if a then 1 else 10)
  share ~ gamma(if a then 2 else 3, 1)
  count ~ poisson(if a then 2 else 4)
  wins ~ binomial(5, if a then 0.3 else 0.6)
  heavy ~ cauchy(0, if a then 1 else 2)
}

query wait = E(wait[do(a = true)] | a = false, wait = 1.5)                 //= exactly 3
query value = E(value[do(a = true)] | a = false, value = 7, rate = 1)      //= exactly 3
query value_rate = E(value[do(rate = 0)] | a = false, value = 7, rate = 1) //= exactly 6
query size = E(size[do(a = true)] | a = false, size = 2)                   //= 2 * exp(-1)
query place = E(place[do(a = true)] | a = false, place = 2.5)              //= exactly 0.25
query share = E(share[do(a = false)] | a = true, share = 2)                //= 3.07771582156
query count = P(count[do(a = false)] | a = true, count = 2)                //= 3: 0.1014675183, 4: 0.721788177262, 5: 0.176744304438
query count_mean = E(count[do(a = false)] - count[do(a = true)])           //= 2
query wins = P(wins[do(a = false)] | a = true, wins = 1)                   //= 2: 0.414743856726, 3: 0.585256143274
query heavy = E(heavy[do(a = false)] | a = true, heavy = 3)                //= exactly 6
query twice = E(value[do(a = true)] - value[do(a = false)] | rate = 2)     //= 0
