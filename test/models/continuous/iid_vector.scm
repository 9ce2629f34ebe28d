model Sample {
  mu ~ normal(0, 1)
  xs ~ iid(normal(mu, 2), 5)
  total := sum(xs)
}

model Seen {
  mu ~ normal(0, 1)
  observe [1.0, 2.0, 0.0] ~ iid(normal(mu, 1), 3)
}

query total = E(total) in Sample                               //= 0 (se < 0.1)
query spread = Var(total) in Sample                            //= 45 (se < 1)
query top = P(max(xs) > 0) in Sample                           //= 0.922586409298
query link = Cov(xs[0], xs[4]) in Sample                       //= 1 (se < 0.1)
query mu_seen = posterior(mu) in Seen                          //= mean mu 3/4, sd mu 1/2
query weight = evidence() in Seen                              //= -4.82496278017
query vector_seen = E(mu | xs = [1, 2, 3, 4, 5]) in Sample     //= 15/9
query vector_weight = evidence(xs = [1, 2, 3, 4, 5]) in Sample //= -12.2158936769
