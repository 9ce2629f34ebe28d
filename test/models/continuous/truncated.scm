model Cut {
  half ~ truncated(normal(0, 1), 0, infinity)
  band ~ truncated(exponential(1), 1, 3)
  tail ~ truncated(normal(0, 1), 4, infinity)
}

query half = E(half)                                           //= sqrt(2 / pi)
query band = E(band)                                           //= 1.6869647145
query tail = E(tail)                                           //= 4.22560714449
query all_in = P(band < 1 or band > 3 or tail < 4 or half < 0) //= exactly 0
query weight = evidence(half = 1)                              //= ln(2) - 0.5 * ln(2 * pi) - 0.5
query far = evidence(tail = 4.5)                               //= -0.683837046677
