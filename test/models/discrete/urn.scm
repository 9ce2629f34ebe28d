/// Draws without replacement: an array that is assigned to.
model Urn {
  var left = [3, 2, 5]
  for k in 0..3 {
    let total = left[0] + left[1] + left[2]
    colour[k] ~ categorical([left[0] / total, left[1] / total, left[2] / total])
    left[colour[k]] = left[colour[k]] - 1
  }
  red := sum([if c == 0 then 1 else 0 for c in colour])
}

query red = P(red)                                                  //= 0: 35/120, 1: 63/120, 2: 21/120, 3: 1/120
query mean = E(red)                                                 //= 0.9
query last = P(colour[2] = 0)                                       //= 0.3
query last_given = P(colour[2] = 0 | colour[0] = 0)                 //= 2/9
query first_given = P(colour[0] = 0 | colour[2] = 0, colour[1] = 1) //= 2/8
query all = P(colour[0] = 2 | colour = [2, 1, 0])                   //= exactly 1
query weight = evidence(colour = [2, 1, 0])                         //= ln(5/10 * 2/9 * 3/8)
