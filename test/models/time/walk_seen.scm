/// A random walk, seen with noise: the answers of the Kalman filter and smoother.
model Walk {
  x[0] ~ normal(0, 1)
  y[0] ~ normal(x[0], 1)
  for t in 1..4 {
    x[t] ~ normal(x[t - 1], 1)
    y[t] ~ normal(x[t], 1)
  }
}

query filtered = E(x[3] | y = [1, 0, 2, 1.5])                           //= 1.42647058824
query smoothed = posterior(x | y = [1, 0, 2, 1.5])                      //= mean x[0] 0.544117647059, mean x[1] 0.632352941176, mean x[2] 1.35294117647, mean x[3] 1.42647058824
query weight = evidence(y = [1, 0, 2, 1.5])                             //= -6.36908145395
query ahead = E(y[3] | y[0] = 1, y[1] = 0, y[2] = 2)                    //= 1.30769230769
query spread = Var(x[3] | y = [1, 0, 2, 1.5])                           //= 0.617647058824
query act = E(y[3] | do(x[1] = 2), y[2] = 4)                            //= 3.0
query had = E(y[3][do(x[1] = 5)] - y[3] | x[1] = 2, y = [1, 0, 2, 1.5]) //= exactly 3
