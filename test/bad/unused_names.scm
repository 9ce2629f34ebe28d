// names that nothing reads: warnings
fn helper(x, unused) = x + 1
const spare = 3
model M {
  let waste = 2
  x ~ normal(helper(0, 1), 1)
}
query q = E(x)
