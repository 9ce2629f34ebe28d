/// Families declared in the file, with the same standing as the library's.
dist triangle(low: real, high: real): real {
  require high > low
  draw = low + (high - low) * (noise_uniform() + noise_uniform()) / 2
  logpdf(x) =
    if x < low or x > high then -infinity else log(4 / (high - low)) + log(0.5 - abs((x - low) / (high - low) - 0.5))
}

dist line(slope: real): real {
  require slope > 0
  draw = sqrt(noise_uniform()) / slope
  logpdf(x) = if x < 0 or x > 1 / slope then -infinity else log(2 * slope^2 * x)
  cdf(x) = (slope * x)^2
  quantile(p) = sqrt(p) / slope
}

dist twice(d: dist): real {
  draw = 2 * sample d
  logpdf(x) = logpdf(d, x / 2) - log(2)
}

model Own {
  a ~ triangle(0, 4)
  b ~ line(0.5)
  c ~ twice(exponential(1))
}

query a_mean = E(a)                 //= 2
query a_var = Var(a)                //= 2/3
query a_weight = evidence(a = 1)    //= ln(1/4)
query b_mean = E(b)                 //= 4/3
query b_weight = evidence(b = 1)    //= ln(1/2)
query b_half = P(b < 1)             //= 1/4
query c_mean = E(c)                 //= 2
query c_weight = evidence(c = 4)    //= -2 - ln(2)
query had = E(b[do(a = 1)] | b = 1) //= exactly 1
