// What does a year of school earn? Growing up near a college (after Card, "Using geographic variation in college
// proximity to estimate the return to schooling", 1995). Ability, which no survey holds, leads to school and to wages, so
// wages rise with schooling by more than schooling earns: a slope of 0.72 where a year earns 0.5. No formula gives
// the effect from what is seen, whatever the mechanisms are: the graph has a hedge, and `identify` shows it. But living
// near a college sends people to school and does nothing else to wages: an instrument, which helps where mechanisms are
// linear. Two-stage least squares regresses schooling on nearness first, and wages on what that predicts. The table
// holds 3000 people drawn from the model. On Card's own data, with his controls, `by iv(nearc4, given = […])` gives
// 0.1315 (0.0550) where the regression gives 0.0747 (0.0035).
model Wages {
  near ~ bernoulli(0.6)
  latent ability ~ normal(0, 1)
  schooling ~ normal(12 + (if near then 1.5 else 0) + 1.5 * ability, 2)
  wage ~ normal(5 + 0.5 * schooling + ability, 1)
}

data survey = csv("college.csv")

/// What a regression sees: the slope of wages on schooling.
query slope = Cov(schooling, wage) / Var(schooling) //= 0.5 + 1.5 / 6.79
/// What the instrument tells (Wald's estimator).
query instrument = Cov(near, wage) / Cov(near, schooling) using importance(samples = 1000000) //= 0.5
/// What a year of school earns.
query year = E(wage | do(schooling = 13)) - E(wage | do(schooling = 12)) //= 0.5

/// Why wages and schooling alone do not tell, and what helps.
query how = identify P(wage | do(schooling)) in Wages
/// The same from the table and the graph: two-stage least squares, with the F of the first stage.
query two_stages = estimate E(wage[do(schooling = 13)] - wage[do(schooling = 12)]) from survey by iv(near) in Wages //= 0.5
