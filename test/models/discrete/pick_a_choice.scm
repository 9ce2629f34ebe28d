/// A decision: the dose with the best expected outcome.
model Dose {
  frail ~ bernoulli(0.5)
  dose := 0
  cured ~ bernoulli(0.2 + 0.3 * dose - (if frail then 0.1 * dose * dose else 0.0))
}

query best = argmax d in [0, 1, 2] of P(cured | do(dose = d)) //= choice 2
query worst = argmin d in 0..2 of P(cured | do(dose = d))     //= choice 0
