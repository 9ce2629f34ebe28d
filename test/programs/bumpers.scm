// bumpers.scm: an unknown number of unknowns
fn drop(x, bumpers) {                        // recursion, loops, records
  var ball = { x: x, y: 10.0 }
  var box = 0
  while ball.y > 0 {
    for bumper in bumpers {
      if abs(ball.x - bumper[0]) < 0.5 and abs(ball.y - bumper[1]) < 0.5 { ball = { x: ball.x + 1, y: ball.y } }
    }
    ball = { x: ball.x, y: ball.y - 1 }
  }
  box = floor(ball.x)
  return box
}
model Board {
  n ~ poisson(20)
  for k in 0..n { bumper[k] ~ uniform_box([0, 0], [10, 10]) }
  inside := sum([if drop(sample normal(5, 1), bumper) == 2 then 1 else 0 for ball in 0..20])
}
query tail = posterior(n, bumper[0] | inside = 4, n > 0) using smc(particles = 5000)
