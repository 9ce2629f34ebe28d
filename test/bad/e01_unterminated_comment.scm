// a comment without its end
model M { x ~ normal(0, 1) }
/* what follows is lost
query q = E(x)
