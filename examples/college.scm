// Growing up near a college (after Card 1995). Ability, which no survey holds, leads to school and to wages, so wages
// rise with schooling by more than schooling earns. Living near a college sends people to school and does nothing else
// to wages: an instrument.
model Wages {
  near ~ bernoulli(0.6)
  latent ability ~ normal(0, 1)
  schooling ~ normal(12 + (if near then 1 else 0) + 1.5 * ability, 2)
  wage ~ normal(5 + 0.5 * schooling + ability, 1)
}

/// What a regression sees: the slope of wages on schooling.
query slope = Cov(schooling, wage) / Var(schooling) //= 0.5 + 1.5 / 6.49
/// What the instrument tells (Wald's estimator).
query instrument = Cov(near, wage) / Cov(near, schooling) using importance(samples = 1000000) //= 0.5
/// What a year of school earns.
query year = E(wage | do(schooling = 13)) - E(wage | do(schooling = 12)) //= 0.5
