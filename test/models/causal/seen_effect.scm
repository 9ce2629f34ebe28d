/// Having seen y = 3: what had z been 5?
model Sum {
  x ~ normal(0, 1)
  z ~ normal(0, 1)
  e ~ normal(0, 2)
  y := x + z + e
}

/// The same with the last noise inside of the draw.
model Draw {
  x ~ normal(0, 1)
  z ~ normal(0, 1)
  y ~ normal(x + z, 2)
}

query had = E(y[do(z = 5)] | y = 3) in Sum       //= 7.5
query had_draw = E(y[do(z = 5)] | y = 3) in Draw //= 7.5
query z_seen = E(z | y = 3) in Sum               //= 0.5
query act = E(y | do(z = 5)) in Draw             //= 5
query weight = evidence(y = 3) in Draw           //= -0.5 * ln(2 * pi * 6) - 9 / 12
query spread = Var(y[do(z = 5)] | y = 3) in Draw //= 5/6
