// a number asked of a graph
graph G { x -> y }
query a = P(y | do(x = 1)) in G
query b = E(y) in G using importance(samples = 10)
