// A coin by mechanical approximate Bayesian computation, the algorithm that needs nothing but a simulator: draw a bias,
// toss, and keep the bias if the tosses came out as they did. What is kept is a draw of the posterior.
const tosses = 5
const heads_seen = 2

model Coin {
  bias ~ beta(1, 1)
  heads ~ binomial(tosses, bias)
}

// With two heads of five the posterior is beta(3, 4). One simulation of six is kept, whatever the bias: each number of
// heads from 0 to 5 is as likely as any other.
query bias = E(bias | heads ~= heads_seen) in Coin using abc(epsilon = 0, accept = 4000)    //= 3/7
query spread = Sd(bias | heads ~= heads_seen) in Coin using abc(epsilon = 0, accept = 4000) //= sqrt(3 / 98)
// The same by arithmetic, since here there is a likelihood.
query exactly = E(bias | heads = heads_seen) in Coin //= 3/7

/// Is the coin one of a bag of fair-looking coins, or of a bag of coins that fall on heads?
model TwoBags {
  fair ~ bernoulli(0.5)
  bias ~ beta(if fair then 1 else 10, 1)
  heads ~ binomial(tosses, bias)
}

// Models are compared by letting the simulator choose one.
query fair = P(fair | heads ~= heads_seen) in TwoBags using abc(epsilon = 0, accept = 4000) //= 0.9009901
