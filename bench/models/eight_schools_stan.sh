#!/bin/bash
# Eight schools by one chain of rstan, compiled in every run; prints the mean of mu.
#   eight_schools_stan.sh ITERATIONS SEED
exec Rscript --vanilla -e '
suppressMessages(library(rstan))
asked <- as.numeric(commandArgs(TRUE))
model <- "
data { vector[8] y; vector[8] se; }
parameters { real mu; real<lower=0> tau; vector[8] eta; }
model {
  mu ~ normal(0, 5);
  tau ~ cauchy(0, 5);
  eta ~ normal(0, 1);
  y ~ normal(mu + tau * eta, se);
}"
seen <- list(y = c(28, 8, -3, 7, -1, 1, 18, 12), se = c(15, 10, 16, 11, 9, 11, 10, 18))
fit <- stan(model_code = model, data = seen, chains = 1, warmup = 1000, iter = 1000 + asked[1], seed = asked[2], refresh = 0)
cat(sprintf("{\"mu\": %.10g}\n", mean(extract(fit, "mu")$mu)))
' "$1" "$2"
