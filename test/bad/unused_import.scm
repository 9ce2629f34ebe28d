// an imported name that is never used: a warning
import "./good_module.scm" (logistic_curve)
model M { x ~ normal(0, 1) }
query q = E(x)
