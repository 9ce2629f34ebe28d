/// Three doors: the host opens one that is neither mine nor the car's.
model Doors {
  car ~ discrete_uniform(0, 2)
  mine ~ discrete_uniform(0, 2)
  let closed = [d for d in 0..3 if d != mine and d != car]
  let k = sample discrete_uniform(0, len(closed) - 1)
  opened := closed[k]
}

query stay = P(car == mine | opened == 2)      //= 1/3
query swap = P(car != mine)                    //= 2/3
query by_door = P(car | mine = 0, opened == 2) //= 0: 1/3, 1: 2/3
