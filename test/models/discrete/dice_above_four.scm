model Dice {
  first ~ discrete_uniform(1, 6)
  second ~ discrete_uniform(1, 6)
  total := first + second
  observe total > 4
}

query total = P(total)
//= 5: 2/15, 6: 1/6, 7: 1/5, 8: 1/6, 9: 2/15, 10: 1/10, 11: 1/15, 12: 1/30
query weight = evidence() //= ln(5/6)
query mean = E(total)     //= 116/15
query spread = Var(total) //= 3.66222222222
