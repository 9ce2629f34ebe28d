fn coincide(days: int[]): bool {
  for i in 0..len(days) {
    for j in 0..i {
      if days[i] == days[j] {
        return true
      }
    }
  }
  return false
}

model Party(people: int) {
  day ~ iid(discrete_uniform(1, 365), people)
  shared := coincide(day)
}

query twenty_three = P(shared) in Party(23) //= 0.50729723432398541
query ten = P(shared) in Party(people = 10) //= 0.11694817771107768
query nobody = P(shared) in Party(1)        //= exactly 0
