// a match of blocks that leaves a member out
enum Grade { low, middle, high }
fn pay(grade: Grade): int {
  var paid = 2
  match grade {
    low => { paid = 1 }
    high => { paid = 3 }
  }
  return paid
}
model M {
  grade ~ categorical(Grade, [0.2, 0.3, 0.5])
  paid := pay(grade)
}
query q = E(paid)
