// a string without its end
data trial = csv("trial.csv)
model M { x ~ normal(0, 1) }
query q = E(x)
