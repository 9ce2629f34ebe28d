// arrows that lead in a circle
graph G {
  smoking -> tar -> cancer
  cancer -> stress -> smoking
}
query q = identify P(cancer | do(smoking)) in G
