// a parameter twice in a function
fn f(x, x) = x
model M { y := f(1, 2) }
query q = E(y)
