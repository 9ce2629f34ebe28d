// a function without its arguments
fn logistic(x) = 1 / (1 + exp(-x))
model M { p := logistic }
query q = E(p)
