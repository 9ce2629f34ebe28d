// a mean and a covariance that do not fit
model M { x ~ mvnormal([0, 0, 0], [[1, 0], [0, 1]]) }
query q = posterior(x)
