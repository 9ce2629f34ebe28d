/// A model as a part of another.
model Shower(energy: real) {
  depth ~ normal(energy, 1)
  for k in 0..3 {
    hits[k] ~ normal(depth * (k + 1), 1)
  }
}

model Event {
  energy ~ normal(10, 2)
  shower ~ Shower(energy)
  seen := shower.depth + 1
}

query depth = E(shower.depth) in Event                                                               //= 10
query alone = E(depth) in Shower(7)                                                                  //= 7
query energy = E(energy | shower.depth = 15) in Event                                                //= 14
query hit = E(shower.hits[2]) in Event                                                               //= 30
query hit_given = E(shower.depth | shower.hits[0] = 16) in Event                                     //= 15
query act = E(shower.hits[1] | do(shower.depth = 4)) in Event                                        //= 8
query had = E(shower.hits[1][do(shower.depth = 4)] | shower.depth = 5, shower.hits[1] = 11) in Event //= exactly 9
query seen = E(seen[do(energy = 0)] | energy = 10, shower.depth = 11) in Event                       //= exactly 2
query whole = E(shower.hits[0] | shower.hits = [10, 20, 30]) in Event                                //= exactly 10
