// Which substance is made of which? A thousand small reactors are opened once each, and the amounts of seven substances are
// measured. By the law of mass action what two substances make is, on the log scale, their sum; reactors differ in what was
// put in. Nobody saw a reaction happen: there is a table, and not a single experiment.
//   whatif run examples/reaction_network.scm --query reactors --draws reactors.csv
//   whatif discover reactors.csv --columns "sugar, feed, enzyme, bound, product, cofactor, signal" --format scm
// finds the graph `Found`. Where two substances meet (`bound`, `signal`) the data tell what comes first: the two go together
// only among reactors with the same amount of what they make. What follows from there is told as well. Between sugar and feed
// nothing meets, so the data leave open which of them is made of the other, and no amount of such data will tell.
// What is gained: more feed makes more signal, in both graphs of the class. More signal, put in from outside, makes nothing of
// what stands before it, although the two go together in every table.
model Reactors {
  sugar ~ normal(2, 0.5)
  feed ~ normal(0.5 + 0.8 * sugar, 0.3)
  enzyme ~ normal(0, 0.4)
  bound ~ normal(feed + enzyme - 1, 0.2)
  product ~ normal(0.5 + 0.9 * bound, 0.2)
  cofactor ~ normal(1, 0.5)
  signal ~ normal(product + cofactor, 0.3)
}

graph Found {
  sugar -- feed
  feed, enzyme -> bound -> product
  product, cofactor -> signal
}

query reactors = posterior(sugar, feed, enzyme, bound, product, cofactor, signal)
  in Reactors
  using importance(samples = 1000)

/// The same in both graphs of the class, whichever way sugar and feed go.
query way = identify P(signal | do(feed)) in Found

query forward = E(signal[do(feed = 3)] - signal[do(feed = 2)]) in Reactors   //= 0.9
query seen_back = E(feed | signal = 3) - E(feed | signal = 2) in Reactors    //= 0.225 / 0.7445
query done_back = E(feed[do(signal = 3)] - feed[do(signal = 2)]) in Reactors //= 0
