/// A chain with a reward, run until it is absorbed.
enum State { Well, Ill, Gone }

fn years(from: State): int {
  if from == Gone {
    return 0
  }
  let next = match from {
    Well => sample categorical(State, [0.8, 0.15, 0.05]),
    _ => sample categorical(State, [0.4, 0.3, 0.3])
  }
  return 1 + years(next)
}

model Cohort {
  start ~ categorical(State, [0.5, 0.5, 0])
  life := years(start)
}

query well = E(life | start = Well) //= 10.625 (se < 0.5)
query ill = E(life | start = Ill)   //= 7.5 (se < 0.5)
query life = E(life)                //= 9.0625 (se < 0.5)
query one = P(life == 1)            //= 0.175
query which = P(start | life == 1)  //= Well: 1/7, Ill: 6/7, Gone: 0
