/// Packs bought until all four cards are there: arrays, `while` and a filter.
model Album {
  var seen = [false, false, false, false]
  var bought = 0
  while len([s for s in seen if s]) < 4 {
    seen[sample discrete_uniform(0, 3)] = true
    bought = bought + 1
  }
  packs := bought
}

query mean = E(packs)       //= 25/3
query least = P(packs == 4) //= 3/32
query five = P(packs == 5)  //= 9/64
