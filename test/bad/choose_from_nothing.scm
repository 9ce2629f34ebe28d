// an argmax over nothing, and over a number
model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
query a = argmax d in [] of E(y | do(x = d))
query b = argmax d in 3 of E(y | do(x = d))
