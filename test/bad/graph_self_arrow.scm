// an arrow from a variable to itself
graph G {
  latent u, u
  x -> y, x
}
query q = identify P(y | do(x)) in G
