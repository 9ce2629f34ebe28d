/// A local draw that two nodes share: a hidden common cause.
model Twins {
  let genes = sample normal(0, 1)
  a := genes + sample normal(0, 1)
  b := genes + sample normal(0, 1)
  var luck = 0.0
  luck = luck + sample normal(0, 2)
  c := luck
  d := luck + a
}

query link = Cov(a, b)                     //= 1
query act = E(b | do(a = 3))               //= 0
query see = E(b | a = 3)                   //= 1.5
query through = Cov(c, d)                  //= 4 (se < 0.1)
query had = E(d[do(a = 1)] | a = 0, c = 2) //= exactly 3
query fixed = E(d | do(c = 5))             //= 0
