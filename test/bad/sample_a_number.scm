// a draw from a number
model M { x := sample 3 }
query q = E(x)
