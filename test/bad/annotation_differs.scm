// a value of another type than its annotation
const n: int = 2.5
fn half(x: int): int = x / 2
model M { y := half(n) }
query q = E(y)
