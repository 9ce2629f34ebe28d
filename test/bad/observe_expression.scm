// a continuous expression that is no node observed with an equals sign
model M {
  x ~ normal(0, 1)
  observe 2 * x = 3
}
query q = E(x)
