/// Evidence on structural equations: density times Jacobian.
model Equations {
  x ~ normal(0, 1)
  sum_of := 2 * x + sample normal(1, 3)
  product := exp(0.5 * x) * sample lognormal(0, 1)
  scaled := 3 * sample exponential(2) - 1
  power := -log(sample uniform(0, 1))
}

query x_sum = E(x | sum_of = 4)         //= 2 / 13 * 3
query w_sum = evidence(sum_of = 4)      //= -0.5 * ln(2 * pi * 13) - 9 / 26
query x_product = E(x | product = 2)    //= 0.5 / 1.25 * ln(2)
query w_product = evidence(product = 2) //= -ln(2) - 0.5 * ln(2 * pi * 1.25) - ln(2)^2 / 2.5
query w_scaled = evidence(scaled = 0)   //= ln(2/3) - 2/3
query w_power = evidence(power = 1.5)   //= -1.5
