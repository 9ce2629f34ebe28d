/// A normal mean with a normal prior, and two measurements.
model Mean {
  mu ~ normal(0, 2)
  observe 5.5 ~ normal(mu, 1)
  observe 6.5 ~ normal(mu, 1)
}

/// The same with nodes, seen in the query.
model Nodes {
  mu ~ normal(0, 2)
  a ~ normal(mu, 1)
  b ~ normal(mu, 1)
}

query mu = posterior(mu) in Mean                        //= mean mu 16/3, sd mu 2/3, median mu 16/3, evidence -7.1864893551
query weight = evidence() in Mean                       //= -7.1864893551
query mu_seen = E(mu | a = 5.5, b = 6.5) in Nodes       //= 16/3
query weight_seen = evidence(a = 5.5, b = 6.5) in Nodes //= -7.1864893551
query next = E(b | a = 5.5) in Nodes                    //= 4.4
query spread = Var(b | a = 5.5) in Nodes                //= 1.8 (se < 0.1)
query equal = evidence(a = b) in Nodes                  //= -0.5 * ln(4 * pi)
query both = E(mu | a = b, b = 2) in Nodes              //= 16/9
