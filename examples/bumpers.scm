// Balls fall through a box with an unknown number of bumpers at unknown places: an unknown number of unknowns. Twenty
// balls were dropped in the middle and four ended in the third slot from the left, far in the tail of what the box
// usually does. How many bumpers are there, and where is the first?

/// Drops a ball from above; a bumper that it hits pushes it to the side that it hits on.
fn drop(x: real, bumpers) {
  var ball = { x: x, y: 10.0 }
  while ball.y > 0 {
    var push = 0.0
    for bumper in bumpers {
      let aside = ball.x - bumper[0]
      if abs(aside) < 0.5 and abs(ball.y - bumper[1]) < 0.5 {
        push = if aside < 0 then -1.0 else 1.0
      }
    }
    ball = { x: ball.x + push, y: ball.y - 1 }
  }
  return floor(ball.x)
}

model Board {
  n ~ poisson(20)
  for k in 0..n {
    bumper[k] ~ uniform_box([0, 0], [10, 10])
  }
  inside := sum([if drop(sample normal(5, 1), bumper) == 2 then 1 else 0 for ball in 0..20])
}

// How rare it is, by running the board.
query rare = P(inside = 4) using importance(samples = 20000)
// Runs that give four, one after another: exact, and slow where what was seen is rare.
query tail = posterior(n, bumper[0][0] | inside = 4, n > 0) using rejection(samples = 500)
// The same by a chain that changes one thing at a time, the number of bumpers too.
query chain = posterior(n, bumper[0][0] | inside = 4, n > 0) using mh(samples = 1000)
