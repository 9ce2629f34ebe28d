// an imported name that the module does not have
import "./good_module.scm" (logistic_curv)
model M { x := logistic_curv(0.0) }
query q = E(x)
