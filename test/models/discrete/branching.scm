/// Lines of descent: `or` evaluates only what it needs, so the recursion ends.
fn survives(generations: int): bool {
  if generations == 0 {
    return true
  }
  let children = sample categorical([0.4, 0.3, 0.3])
  return match children {
    0 => false,
    1 => survives(generations - 1),
    _ => survives(generations - 1) or survives(generations - 1)
  }
}

fn alive(depth: int): bool = sample bernoulli(0.6) and (depth == 0 or alive(depth - 1) or alive(depth - 1))

model Family {
  three := survives(3)
  bush := alive(2)
}

query three = P(three) //= 0.3328128
query bush = P(bush)   //= 0.4523904
