// a member that the enum does not have
enum Drug { aspirin, placebo }
model M {
  drug ~ categorical(Drug, [0.5, 0.5])
  better := drug == Drug.asprin
}
query q = P(better)
