/// An observation that stands above draws which it does not depend on.
model Early {
  mu ~ normal(0, 1)
  observe 1 ~ normal(mu, 1)
  nu ~ normal(mu, 1)
  xi ~ normal(nu, 1)
}

model Late {
  mu ~ normal(0, 1)
  nu ~ normal(mu, 1)
  xi ~ normal(nu, 1)
  observe 1 ~ normal(mu, 1)
}

query early = E(xi) in Early             //= 1/2
query late = E(xi) in Late               //= 1/2
query early_spread = Var(xi) in Early    //= 5/2
query late_spread = Var(xi) in Late      //= 5/2
query early_weight = evidence() in Early //= -0.25 - 0.5 * ln(4 * pi)
