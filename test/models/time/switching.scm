/// A point at which the rate of counts changes.
const counts = [4, 5, 3, 6, 1, 2, 0, 1]

model Switch {
  change ~ discrete_uniform(1, 7)
  early ~ gamma(4, 1)
  later ~ gamma(2, 1)
  for t in 0..8 {
    observe counts[t] ~ poisson(if t < change then early else later)
  }
}

query change = P(change)              //= 1: 0.00832602034546, 2: 0.0221131402233, 3: 0.0223785775805, 4: 0.659655293027, 5: 0.133706073115, 6: 0.137363996119, 7: 0.0164568995891
query weight = evidence()             //= -15.2479660964
query rates = posterior(early, later) //= mean early 4.17567874724, mean later 1.23372579503
