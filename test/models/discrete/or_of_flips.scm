/// Two fair coins, at least one of which shows heads.
model Coins {
  x ~ bernoulli(0.5)
  y ~ bernoulli(0.5)
  observe x or y
}

/// The same condition, asked in the query.
model Free {
  x ~ bernoulli(0.5)
  y ~ bernoulli(0.5)
}

query first = P(x) in Coins                   //= 2/3
query both = P(x and y) in Coins              //= 1/3
query weight = evidence() in Coins            //= ln(3/4)
query first_given = P(x | x or y) in Free     //= 2/3
query weight_given = evidence(x or y) in Free //= ln(3/4)
query differ = P(x != y | x or y) in Free     //= 2/3
