// Does a training programme raise earnings? Those who join it earn less afterwards than those who do not, and yet it
// helps (after LaLonde 1986, who compared such studies with an experiment; these people are invented). Who earns little
// or had little school is likelier to join, and would have earned less anyway. The model is how it came about; the table
// holds 2000 people drawn from it. The graph that the model implies says that earnings before and schooling are what has
// to be adjusted for, and each way of doing so comes to the same: regression, weights, both, or pairs of people alike.
// What is asked of the table uses nothing of the mechanisms, only their graph. Each estimate is put to tests beside:
// exposures given out at random, a cause without meaning, parts of the people, and how strong a hidden cause would have
// to be to explain it away. Earnings are in thousands a year.
model Training {
  schooling ~ discrete_uniform(8, 16)
  before ~ normal(10 + 0.5 * (schooling - 12), 3)
  joins ~ bernoulli(logistic(-0.2 * (before - 10) - 0.1 * (schooling - 12)))
  after ~ normal(3 + 0.7 * before + 0.2 * (schooling - 12) + (if joins then 1.5 else 0), 1)
}

data people = csv("job_training.csv")

/// What those who joined earn more: less than nothing.
query seen = E(after | joins) - E(after | joins = false) in Training //= -0.26099
/// What joining does, by acting in the model.
query done = E(after[do(joins = true)] - after[do(joins = false)]) in Training //= 1.5
/// The same from the table: adjusted for what the graph says, by a regression.
query regression = estimate E(after[do(joins = true)] - after[do(joins = false)]) from people by auto in Training //= 1.5
/// By the inverse of each one's probability to do what they did.
query weights = estimate E(after[do(joins = true)] - after[do(joins = false)])
  from people
  by backdoor(before, schooling, estimator = ipw)
  in Training //= 1.5
/// By both, right if either model is.
query both = estimate E(after[do(joins = true)] - after[do(joins = false)])
  from people
  by backdoor(before, schooling, estimator = aipw)
  in Training //= 1.5
/// Among those who joined, each compared with the nearest who did not.
query pairs = estimate E(after[do(joins = true)] - after[do(joins = false)] | joins)
  from people
  by backdoor(before, schooling, estimator = matching)
  in Training //= 1.5
/// Among those with twelve years of school or more.
query schooled = estimate E(after[do(joins = true)] - after[do(joins = false)] | schooling >= 12)
  from people
  by backdoor(before, schooling)
  in Training //= 1.5
