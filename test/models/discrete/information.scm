/// Entropy and mutual information of a noisy channel.
model Channel {
  sent ~ bernoulli(0.5)
  flipped ~ bernoulli(0.11)
  received := sent != flipped
}

query sent = H(sent)              //= ln(2)
query noise = H(flipped)          //= -0.11 * ln(0.11) - 0.89 * ln(0.89)
query through = I(sent; received) //= ln(2) + 0.11 * ln(0.11) + 0.89 * ln(0.89)
query nothing = I(sent; flipped)  //= 0
