// a pattern that names no member
enum Drug { aspirin, placebo }
model M {
  drug ~ categorical(Drug, [0.5, 0.5])
  dose := match drug { asprin => 1, placebo => 0 }
}
query q = E(dose)
