/// A hidden Markov chain with discrete observations.
const prior = [0.2, 0.3, 0.5]
const transition = [[0.4, 0.4, 0.2], [0.2, 0.3, 0.5], [0.9, 0.05, 0.05]]
const emission = [[0.1, 0.2, 0.7], [0.2, 0.7, 0.1], [0.7, 0.2, 0.1]]
const seen = [0, 0, 1, 2]

model Chain {
  s[0] ~ categorical(prior)
  observe seen[0] ~ categorical(emission[s[0]])
  for t in 1..4 {
    s[t] ~ categorical(transition[s[t - 1]])
    observe seen[t] ~ categorical(emission[s[t]])
  }
}

/// The observations as nodes.
model Nodes {
  s[0] ~ categorical(prior)
  y[0] ~ categorical(emission[s[0]])
  for t in 1..4 {
    s[t] ~ categorical(transition[s[t - 1]])
    y[t] ~ categorical(emission[s[t]])
  }
}

query weight = evidence() in Chain                             //= -4.87645083351704
query filtered = P(s[3]) in Chain                              //= 0: 0.790894573404, 1: 0.100681070694, 2: 0.108424355901
query smoothed = P(s[0]) in Chain                              //= 0: 0.0656398687045, 1: 0.28387367565, 2: 0.650486455645
query weight_nodes = evidence(y = seen) in Nodes               //= -4.87645083351704
query filtered_nodes = P(s[3] = 0 | y = [0, 0, 1, 2]) in Nodes //= 0.790895
query smoothed_nodes = P(s[0] | y[0] = 0, y[1] = 0, y[2] = 1, y[3] = 2) in Nodes
//= 0: 0.065640, 1: 0.283874, 2: 0.650486
query next = P(y[3] = 2 | y[0] = 0, y[1] = 0, y[2] = 1) in Nodes //= 0.310471875795
