// an enum compared with a number
enum Drug { A, B }
model M {
  drug ~ categorical(Drug, [0.5, 0.5])
  first := drug == 0
}
query q = P(first)
