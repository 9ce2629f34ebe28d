/// The elements in random order, each order as likely as any other (Fisher and Yates). Asks for one uniform an element.
fn shuffle(xs) {
  var mixed = xs
  for i in 0..len(xs) {
    let j = i + floor(noise_uniform() * (len(xs) - i))
    let moved = mixed[j]
    mixed[j] = mixed[i]
    mixed[i] = moved
  }
  return mixed
}
