// a table outside of the folder
data secrets = csv("../../../etc/passwd")
model M { x ~ normal(secrets.rows, 1) }
query q = E(x)
