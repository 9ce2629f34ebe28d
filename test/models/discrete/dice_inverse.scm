model Dice {
  first ~ discrete_uniform(1, 6)
  second ~ discrete_uniform(1, 6)
  total := first + second
  factor -log(total)
}

query mean = E(total)     //= 5.958549532174568
query weight = evidence() //= ln(0.16782607824274492)
