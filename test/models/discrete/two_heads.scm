/// Draws in a `while`: flips up to the second head in a row.
model Row {
  var heads = 0
  var flips = 0
  while heads < 2 {
    flips = flips + 1
    if sample bernoulli(0.5) {
      heads = heads + 1
    } else {
      heads = 0
    }
  }
  n := flips
}

query mean = E(n)           //= 6
query two = P(n == 2)       //= 1/4
query five = P(n == 5)      //= 3/32
query given = E(n | n <= 4) //= 2.75
