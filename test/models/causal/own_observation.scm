/// The model's own observation holds in the world that is seen, after any action right of the bar.
model Seen {
  z ~ bernoulli(0.5)
  x ~ bernoulli(if z then 0.9 else 0.1)
  y ~ bernoulli(0.1 + (if x then 0.3 else 0.0) + (if z then 0.5 else 0.0))
  observe y
}

query z = P(z)                                        //= 0.87
query after_do = P(z | do(x = true))                  //= 0.45 / 0.65
query had = P(y[do(x = false)])                       //= 0.7
query weight = evidence()                             //= -0.69314718056
query weight_do = evidence(do(x = true))              //= ln(0.65)
query weight_both = evidence(do(x = false), z)        //= ln(0.3)
query free = P(y[do(z = false)] | z = true, x = true) //= 4/27
