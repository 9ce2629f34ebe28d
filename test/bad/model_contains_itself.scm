// a model that is a part of itself
model Tree {
  size ~ poisson(2)
  branch ~ Tree()
}
query q = E(size)
