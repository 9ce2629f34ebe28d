fn pair(p) = (sample bernoulli(p), sample bernoulli(1 - p))

fn walk(n: int) {
  var at = { x: 0, y: 0 }
  for i in 0..n {
    at = if sample bernoulli(0.5) then { x: at.x + 1, y: at.y } else { x: at.x, y: at.y - 1 }
  }
  return at
}

model Parts {
  let (a, b) = pair(0.2)
  both := a and b
  either := a or b
  let end = walk(4)
  across := end.x
  down := end.y
}

query both = P(both)                   //= 0.16
query either = P(either)               //= 0.84
query across = P(across)               //= 0: 1/16, 1: 1/4, 2: 3/8, 3: 1/4, 4: 1/16
query together = P(across - down == 4) //= exactly 1
query down = E(down | across >= 3)     //= -4/5
