// a string where a number belongs
model M { x ~ normal("zero", 1) }
query q = E(x)
