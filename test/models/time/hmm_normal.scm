/// A hidden Markov chain of 16 steps with normal observations; the first state is not observed.
const transition = [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]]
const level = [-1, 1, 0]
const seen = [0.9, 0.8, 0.7, 0, -0.025, -5, -2, -0.1, 0, 0.13, 0.45, 6, 0.2, 0.3, -1, -1]

model Chain {
  s[0] ~ discrete_uniform(0, 2)
  for t in 1..=16 {
    s[t] ~ categorical(transition[s[t - 1]])
    observe seen[t - 1] ~ normal(level[s[t]], 1)
  }
}

query weight = evidence() using importance(samples = 400000) //= -44.685841550865845 (se < 0.2)
query last = P(s[16]) using importance(samples = 400000)     //= 0: 0.340712098539, 1: 0.181489259336, 2: 0.477798642125
