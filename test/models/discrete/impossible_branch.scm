/// A branch of weight zero never counts.
model Cut {
  a ~ bernoulli(0.5)
  if a {
    factor -infinity
  }
  b := not a
}

query never = P(a)        //= exactly 0
query always = P(b)       //= exactly 1
query weight = evidence() //= ln(1/2)
