const flips = [true, true, false, true, true, true]

model Coin {
  p ~ uniform(0, 1)
  for flip in flips {
    observe flip ~ bernoulli(p)
  }
}

/// A family of nodes, seen as an array.
model Nodes {
  p ~ uniform(0, 1)
  for i in 0..6 {
    flip[i] ~ bernoulli(p)
  }
}

query p = posterior(p) in Coin                                              //= mean p 3/4, sd p sqrt(1/48), median p 0.771510036493, q05 p 0.479297026409, q95 p 0.94662449953
query weight = evidence() in Coin                                           //= -3.7376696183
query level = Q(p, 0.9) in Coin                                             //= 0.92117655384
query p_seen = E(p | flip = [true, true, false, true, true, true]) in Nodes //= 3/4
query weight_seen = evidence(flip = flips) in Nodes                         //= -3.7376696183
query next = P(flip[5] | flip[0] = true, flip[1] = true) in Nodes           //= 3/4
