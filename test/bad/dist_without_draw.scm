// a distribution that cannot draw
dist triangle(width: real): real {
  require width > 0
  logpdf(x) = log(max(0.0, width - abs(x))) - 2 * log(width)
}
model M { x ~ triangle(1) }
query q = E(x)
