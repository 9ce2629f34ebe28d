// A forest fire, day by day: each burning patch sets fire to each patch that still stands with a chance that crews lower,
// and burns out in a day (a chain-binomial process, Reed and Frost). `do` sends crews from a day on: a change of
// policy in mid-run, with everything before it left as it was.
const patches = 18
const spread = 0.1

model Fire {
  var standing = patches - 2
  var burning = 2
  for day in 0..6 {
    // The policy of the district: nobody is sent.
    crews[day] := 0
    let chance = 1 - (1 - spread * 0.3^crews[day])^burning
    let caught = sample binomial(standing, chance)
    standing = standing - caught
    burning = caught
    front[day] := burning
  }
  lost := patches - standing
}

query untouched = E(lost) //= 12.5003864
// Two crews from the third day on.
query crews = E(lost | do(crews[2] = 2, crews[3] = 2, crews[4] = 2, crews[5] = 2)) //= 8.5313657
// The front was counted for three days. What would the crews save, sent on the fourth day?
query saved = E(lost - lost[do(crews[3] = 2, crews[4] = 2, crews[5] = 2)] | front[0] = 3, front[1] = 4, front[2] = 4)
  using importance(samples = 10000)
