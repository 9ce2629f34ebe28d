// a node outside of any form
model M { x ~ normal(0, 1) }
query q = x + 1
