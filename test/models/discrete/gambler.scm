/// A fair random walk from 3, absorbed at 0 and at 10.
model Gambler {
  var purse = 3
  var steps = 0
  while purse > 0 and purse < 10 {
    purse = if sample bernoulli(0.5) then purse + 1 else purse - 1
    steps = steps + 1
  }
  won := purse == 10
  duration := steps
}

query wins = P(won)              //= 3/10
query mean = E(duration)         //= 21 (se < 0.5)
query to_win = E(duration | won) //= 91/3 (se < 1)
