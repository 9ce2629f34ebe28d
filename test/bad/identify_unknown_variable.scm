// a variable that the graph does not have
graph G { smoking -> cancer }
query a = identify P(cancr | do(smoking)) in G
query b = identify P(cancer | do(smokng)) in G
query c = identify Var(cancer | do(smoking)) in G
