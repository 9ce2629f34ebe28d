/// Evidence on a draw fixes it: nothing is rejected.
model Fixed {
  i ~ discrete_uniform(0, 9)
  observe i = 5
  j ~ discrete_uniform(0, 11)
  observe j = 6
  product := i * j
}

/// Evidence on a condition: most runs weigh nothing.
model Rejected {
  i ~ discrete_uniform(0, 9)
  observe i == 5
  j ~ discrete_uniform(0, 11)
  observe j == 6
  product := i * j
}

query fixed = P(product) in Fixed              //= 30: exactly 1
query fixed_mean = E(product) in Fixed         //= exactly 30
query fixed_weight = evidence() in Fixed       //= -ln(120)
query rejected = E(product) in Rejected        //= exactly 30
query rejected_weight = evidence() in Rejected //= -ln(120) (se < 0.1)
