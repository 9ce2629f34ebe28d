// A training for pupils: does it help by itself, or because those who take it do their homework more often? (Pearl, Glymour
// and Jewell 2016, section 4.5.) Of those who are trained 75 % do their homework, of the others 40 %. Success is likelier with
// either, and most with both. The total effect of 46 points falls into parts, each a question about two worlds at once:
//   direct    the training, with the homework that a pupil would do without it
//   indirect  no training, with the homework that a pupil would do with it
// The indirect part is small: without the training homework helps little, so that 7.6 % of the effect could be had by homework
// alone, while 30.4 % would be lost if homework stayed as it was. `y[do(t = true, m = m[do(t = false)])]` is the outcome under
// the training with the homework of the world without. The same from data, by the mediation formula:
//   estimate E(y[do(t = true, m = m[do(t = false)])] - y[do(t = false)]) from pupils by mediation(m)
model Training {
  trained ~ bernoulli(0.5)
  homework ~ bernoulli(if trained then 0.75 else 0.4)
  success ~ bernoulli(if trained then (if homework then 0.8 else 0.4) else (if homework then 0.3 else 0.2))
}

query total = P(success | do(trained = true)) - P(success | do(trained = false)) //= 0.46
query direct = P(success[do(trained = true, homework = homework[do(trained = false)])])
  - P(success | do(trained = false)) //= 0.32
query indirect = P(success[do(trained = false, homework = homework[do(trained = true)])])
  - P(success | do(trained = false)) //= 0.035
/// The other way round the parts are not the same: training and homework need each other.
query reversed = P(success[do(trained = true, homework = homework[do(trained = false)])])
  - P(success | do(trained = true)) //= -0.14
/// With homework forbidden, and with homework enforced.
query forbidden = P(success | do(trained = true, homework = false)) - P(success | do(trained = false, homework = false)) //= 0.2
query enforced = P(success | do(trained = true, homework = true)) - P(success | do(trained = false, homework = true)) //= 0.5
