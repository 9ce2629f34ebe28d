// a model asked about with arguments of the wrong type and number
model Steps(batch: int, boldness: real) { x ~ normal(batch, boldness) }
query a = E(x) in Steps(2.5, 1)
query b = E(x) in Steps(2)
query c = E(x) in Steps(2, 1, batch = 3)
query d = E(x)
