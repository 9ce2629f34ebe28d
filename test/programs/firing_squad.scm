// firing_squad.scm
model Squad {
  order ~ bernoulli(0.5)
  nervous ~ bernoulli(0.1)
  captain := order
  a := captain or nervous
  b := captain
  dead := a or b
}
query still_dead = P(dead[do(a = false)] | dead = true)     //= 0.5 / 0.55
