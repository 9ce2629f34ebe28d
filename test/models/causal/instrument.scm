/// An instrument: the ratio of two slopes is the effect.
model Schooling {
  latent ability ~ normal(0, 1)
  near ~ bernoulli(0.5)
  schooling := 12 + 2 * near_value(near) + ability + sample normal(0, 1)
  wage := 0.5 * schooling + ability + sample normal(0, 1)
}

fn near_value(near: bool): real = if near then 1.0 else 0.0

query slope = Cov(schooling, wage) / Var(schooling)                            //= 0.5 + 1/3
query ratio = (E(wage | near) - E(wage | near = false)) / (E(schooling | near) - E(schooling | near = false)) //= 0.5
query effect = E(wage[do(schooling := schooling + 1)] - wage)                  //= exactly 0.5
query act = E(wage | do(schooling = 16))                                       //= 8
query unit = E(wage[do(near = true)] | near = false, schooling = 12, wage = 7) //= exactly 8
