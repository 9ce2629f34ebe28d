/// One of an unknown number of trues.
model Trues {
  n ~ poisson(10)
  let coins = [true for i in 0..n + 1]
  pick ~ discrete_uniform(0, n)
  coin := coins[pick]
}

query coin = P(coin)   //= exactly 1
query middle = E(pick) //= 5
