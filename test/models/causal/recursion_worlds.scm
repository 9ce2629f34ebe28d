/// A walk whose number of steps is set in another world: steps that both worlds take share their noise.
fn walk(n: int, at: real): real = if n == 0 then at else walk(n - 1, sample normal(at, 1))

model Walk {
  n ~ poisson(2)
  x := walk(n, 0)
  y ~ normal(x, 1)
}

query longer = E(y[do(n = 3)] | n = 1, y = 2)          //= 2
query longer_spread = Var(y[do(n = 3)] | n = 1, y = 2) //= 2 (se < 0.1)
query shorter = E(x[do(n = 1)] | n = 3, y = 2)         //= 1/2
query none = E(y[do(n = 0)] | n = 1, y = 2)            //= 1
query same = E(y[do(n = 2)] | n = 2, y = -1)           //= exactly -1
query spread = Var(x[do(n = 3)])                       //= 3 (se < 0.1)
query shared = Cov(x[do(n = 3)], x[do(n = 2)])         //= 2 (se < 0.1)
query step = Var(x[do(n = 3)] - x[do(n = 2)])          //= 1 (se < 0.1)
