// The firing squad (Pearl 2000): the captain passes the order on, b shoots on the signal, a also out of nerves. The
// prisoner is dead. Would he be, had a held fire?
model Squad {
  order ~ bernoulli(0.5)
  nervous ~ bernoulli(0.1)
  captain := order
  a := captain or nervous
  b := captain
  dead := a or b
}

query still_dead = P(dead[do(a = false)] | dead = true) //= 0.5 / 0.55
