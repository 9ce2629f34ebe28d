#!/bin/bash
# Eight schools by one chain of JAGS; prints the mean of mu.
#   eight_schools_jags.sh ITERATIONS SEED
set -e
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
cat > model.bug <<'END'
model {
  mu ~ dnorm(0, 0.04)
  tau ~ dt(0, 0.04, 1) T(0, )
  for (j in 1:8) {
    eta[j] ~ dnorm(0, 1)
    y[j] ~ dnorm(mu + tau * eta[j], pow(se[j], -2))
  }
}
END
cat > data.R <<'END'
y <- c(28, 8, -3, 7, -1, 1, 18, 12)
se <- c(15, 10, 16, 11, 9, 11, 10, 18)
END
cat > inits.R <<END
.RNG.name <- "base::Mersenne-Twister"
.RNG.seed <- $2
END
cat > run.cmd <<END
model in model.bug
data in data.R
compile
parameters in inits.R
initialize
update 1000
monitor mu
update $1
coda *
END
jags run.cmd > log
awk '{ sum += $2 } END { printf "{\"mu\": %.10g}\n", sum / NR }' CODAchain1.txt
