model Squad {
  order ~ bernoulli(0.5)
  nervous ~ bernoulli(0.1)
  captain := order
  a := captain or nervous
  b := captain
  dead := a or b
}

query still_dead = P(dead[do(a = false)] | dead = true)    //= 0.5 / 0.55
query ordered = P(order | dead)                            //= 0.5 / 0.55
query alive = P(not dead[do(a = false)] | dead, b = false) //= exactly 1
query act = P(dead | do(a = false))                        //= 0.5
query twice = P(dead[do(a = false, b = false)] | dead)     //= exactly 0
