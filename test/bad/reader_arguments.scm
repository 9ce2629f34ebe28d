// readers with wrong arguments
data a = csv(3)
data b = csv("trial.csv", seperator = ";")
data c = csv()
model M { x ~ normal(a.rows + b.rows + c.rows, 1) }
query q = E(x)
