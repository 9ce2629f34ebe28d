// a function that calls itself with ever larger types
fn f(x) = f([x])
model M { y := f(1) }
query q = E(y)
