/// An unknown number of unknowns: recursion, loops and records.
fn drop(x: real, level: int, pins: vector): int {
  if level == len(pins) {
    return floor(x)
  }
  let near = abs(x - pins[level]) < 1
  return drop(if near then x + 1 else x, level + 1, pins)
}

model Board {
  n ~ poisson(2)
  for k in 0..n {
    bumper[k] ~ uniform(0, 10)
  }
  inside := sum([if drop(5.5, 0, bumper) == 5 then 1 else 0 for ball in 0..20])
}

query untouched = P(inside == 20)              //= exp(-0.4)
query count = E(n | inside = 20)               //= 1.6
query box = P(exists(bumper[0]) | inside = 20) //= 1 - exp(-1.6)
