// a match that leaves a member out
enum Grade { low, middle, high }
model M {
  grade ~ categorical(Grade, [0.2, 0.3, 0.5])
  pay := match grade { low => 1, high => 3 }
}
query q = E(pay)
