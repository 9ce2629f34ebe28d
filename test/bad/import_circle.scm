// files that import each other
import "./good_circle.scm"
model M { x ~ normal(round_about(1), 1) }
query q = E(x)
