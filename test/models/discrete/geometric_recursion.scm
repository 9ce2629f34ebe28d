/// Recursion with draws: the number of trials up to the first success.
fn trials(p: real): int {
  if sample bernoulli(p) {
    return 1
  }
  return 1 + trials(p)
}

fn failures(p) = if sample bernoulli(p) then 0 else 1 + failures(p)

model Wait {
  n := trials(0.25)
  m := failures(0.5)
}

query mean = E(n)         //= 4
query spread = Var(n)     //= 12 (se < 0.5)
query third = P(n == 3)   //= 9/64
query none = P(m == 0)    //= 1/2
query odd = P(m % 2 == 1) //= 1/3
query late = P(n > 4)     //= (3/4)^4
