// The three ways in which a variable can stand between two others, told with dice. In a chain and in a fork,
// knowing the middle separates the ends; in a collider, knowing it joins them.

/// The first die decides which urn is drawn from, and the urn decides the prize.
model Chain {
  die ~ discrete_uniform(1, 6)
  lucky ~ bernoulli(die / 6)
  prize ~ bernoulli(if lucky then 0.8 else 0.1)
}
query chain_seen = P(prize | die = 6) - P(prize | die = 1) in Chain                  //= 0.7 * 5 / 6
query chain_blocked = P(prize | die = 6, lucky) - P(prize | die = 1, lucky) in Chain //= 0
query chain_done = P(prize | do(die = 6)) - P(prize | do(die = 1)) in Chain          //= 0.7 * 5 / 6

/// One die is read by two people, neither of them well.
model Fork {
  die ~ discrete_uniform(1, 6)
  ann := die + sample discrete_uniform(-1, 1)
  bob := die + sample discrete_uniform(-1, 1)
}
query fork_seen = Corr(ann, bob) in Fork                              //= 35 / 43
query fork_blocked = Cov(ann, bob | die = 3) in Fork                  //= 0
query fork_done = E(bob | do(ann = 6)) - E(bob | do(ann = 1)) in Fork //= 0

/// Two dice have nothing to do with each other until somebody tells that A + B = 4.
model Collider {
  a ~ discrete_uniform(1, 6)
  b ~ discrete_uniform(1, 6)
  total := a + b
}
query collider_seen = Corr(a, b) in Collider                         //= 0
query collider_table = P(a | total = 4) in Collider                  //= 1: 1 / 3, 2: 1 / 3, 3: 1 / 3
query collider_told = Corr(a, b | total = 4) in Collider             //= -1
query collider_had = P(total[do(b = 1)] = 2 | total = 4) in Collider //= 1 / 3
