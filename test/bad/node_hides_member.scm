// a node with the name of a member
enum Drug { A, B }
model M {
  drug ~ categorical(Drug, [0.5, 0.5])
  A ~ bernoulli(0.5)
}
query q = P(A)
