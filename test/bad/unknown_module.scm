// a module that the library does not have
import "kernals" (rbf)
model M { x ~ normal(0, 1) }
query q = E(x)
