#!/bin/bash
# Eight schools by one chain of rstan, compiled once into bench/.build; prints the mean of mu.
#   eight_schools_stan.sh ITERATIONS SEED
made="$(dirname "$0")/../.build/eight_schools_stan.rds"
exec Rscript --vanilla -e '
suppressMessages(library(rstan))
# Debian keeps the headers of Boost outside of R.
if (!dir.exists(rstan_options("boost_lib"))) rstan_options(boost_lib = "/usr/include")
made <- commandArgs(TRUE)[1]
asked <- as.numeric(commandArgs(TRUE)[2:3])
text <- "
data { vector[8] y; vector[8] se; }
parameters { real mu; real<lower=0> tau; vector[8] eta; }
model {
  mu ~ normal(0, 5);
  tau ~ cauchy(0, 5);
  eta ~ normal(0, 1);
  y ~ normal(mu + tau * eta, se);
}"
seen <- list(y = c(28, 8, -3, 7, -1, 1, 18, 12), se = c(15, 10, 16, 11, 9, 11, 10, 18))
if (!file.exists(made)) saveRDS(stan_model(model_code = text, save_dso = TRUE), made)
fit <- sampling(readRDS(made), data = seen, chains = 1, warmup = 1000, iter = 1000 + asked[1], seed = asked[2], refresh = 0)
cat(sprintf("{\"mu\": %.10g}\n", mean(extract(fit, "mu")$mu)))
' "$made" "$1" "$2"
