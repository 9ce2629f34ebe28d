/// All noises are known from what was seen, so the answer is one number.
model Chain {
  z ~ normal(0, 1)
  u ~ normal(0, 1)
  v ~ normal(0, 1)
  x := z + u
  y := x + z + v
}

model Draws {
  z ~ normal(0, 1)
  x ~ normal(z, 1)
  y ~ normal(x + z, 1)
}

query x_had = E(x[do(z = 0)] | z = 0.1, x = 0, y = 1) in Chain          //= exactly -0.1
query y_had = E(y[do(z = 0)] | z = 0.1, x = 0, y = 1) in Chain          //= exactly 0.8
query x_draw = E(x[do(z = 0)] | z = 0.1, x = 0, y = 1) in Draws         //= exactly -0.1
query y_draw = E(y[do(z = 0)] | z = 0.1, x = 0, y = 1) in Draws         //= exactly 0.8
query spread = Var(y[do(z = 0)] | z = 0.1, x = 0, y = 1) in Draws       //= exactly 0
query fixed_x = E(y[do(z = 0, x = 2)] | z = 0.1, x = 0, y = 1) in Draws //= exactly 2.9
