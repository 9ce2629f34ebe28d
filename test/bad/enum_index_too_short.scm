// an array with fewer elements than the enum has members
enum Grade { low, middle, high }
const bonus = [1, 2]
model M {
  grade ~ categorical(Grade, [0.2, 0.3, 0.5])
  pay := bonus[grade]
}
query q = E(pay)
