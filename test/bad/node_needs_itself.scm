// a node that reads itself
model M { x := x + 1 }
query q = E(x)
