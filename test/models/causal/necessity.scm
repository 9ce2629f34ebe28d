/// Necessity and sufficiency of a treatment, with the mechanism written out.
model Trial {
  x ~ bernoulli(0.5)
  u ~ uniform(0, 1)
  y := if x then u < 0.7 else u < 0.2
}

/// With the mechanism of the family: the same, for one uniform is shared.
model Family {
  x ~ bernoulli(0.5)
  y ~ bernoulli(if x then 0.7 else 0.2)
}

/// Another mechanism with the same distributions.
model Types {
  x ~ bernoulli(0.5)
  treated ~ bernoulli(0.7)
  untreated ~ bernoulli(0.2)
  y := if x then treated else untreated
}

query pns = P(y[do(x = true)] and not y[do(x = false)]) in Trial         //= 0.5
query pn = P(not y[do(x = false)] | x = true, y = true) in Trial         //= 5/7
query ps = P(y[do(x = true)] | x = false, y = false) in Trial            //= 5/8
query family_pns = P(y[do(x = true)] and not y[do(x = false)]) in Family //= 0.5
query family_pn = P(not y[do(x = false)] | x = true, y = true) in Family //= 5/7
query family_ps = P(y[do(x = true)] | x = false, y = false) in Family    //= 5/8
query types_pns = P(y[do(x = true)] and not y[do(x = false)]) in Types   //= 0.56
query types_pn = P(not y[do(x = false)] | x = true, y = true) in Types   //= 0.8
query effect = P(y | do(x = true)) - P(y | do(x = false)) in Types       //= 0.5
query harmed = P(y[do(x = false)] and not y[do(x = true)]) in Types      //= 0.06
