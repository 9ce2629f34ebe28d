/** Small models in time with unknown parameters: those that particle filters inside of chains and of particles are calibrated on. */
import type { CalibrationModel } from './models.js';

const model = (
  name: string,
  targets: string,
  seen: readonly number[],
  text: string,
  evidence: string | null = 'y = seen',
): CalibrationModel => ({
  name,
  text: `const seen = [${seen.map((x) => (Number.isInteger(x) && !Object.is(x, -0) ? String(x) : x.toFixed(2))).join(', ')}]\nmodel M {\n${text}\n}`,
  targets,
  evidence,
  approximate: null,
  discrete: false,
});

export const modelsInTime: readonly CalibrationModel[] = [
  model(
    'a level, with both variances unknown',
    'wander, blur, x[7]',
    [0.3, 1.1, 0.2, -1.4, -0.5, 0.6, 1.2, 1.9],
    `  wander ~ lognormal(-0.7, 0.5)
    blur ~ lognormal(-0.7, 0.5)
    x[0] ~ normal(0, 1)
    y[0] ~ normal(x[0], blur)
    for t in 1..8 { x[t] ~ normal(x[t - 1], wander)  y[t] ~ normal(x[t], blur) }`,
  ),
  model(
    'an autoregression around a mean, seen through noise',
    'centre, pull, x[0], x[6]',
    [2.1, 2.6, 1.3, 0.7, 1.9, 2.2, 3.1],
    `  centre ~ normal(0, 2)
    pull ~ uniform(0, 1)
    x[0] ~ normal(centre, 1)
    y[0] ~ normal(x[0], 0.5)
    for t in 1..7 { x[t] ~ normal(centre + pull * (x[t - 1] - centre), 0.7)  y[t] ~ normal(x[t], 0.5) }`,
  ),
  model(
    'a random walk with a drift',
    'drift, x[7]',
    [0.6, 0.9, 1.8, 2.2, 2.1, 3.4, 3.8, 4.9],
    `  drift ~ normal(0, 1)
    x[0] ~ normal(0, 1)
    y[0] ~ normal(x[0], 0.8)
    for t in 1..8 { x[t] ~ normal(x[t - 1] + drift, 0.4)  y[t] ~ normal(x[t], 0.8) }`,
  ),
  model(
    'counts of a rate that wanders',
    'level, wander, r[7]',
    [2, 1, 4, 3, 6, 9, 4, 5],
    `  level ~ normal(1, 0.7)
    wander ~ exponential(3)
    r[0] ~ normal(level, 0.3)
    y[0] ~ poisson(exp(r[0]))
    for t in 1..8 { r[t] ~ normal(r[t - 1], wander)  y[t] ~ poisson(exp(r[t])) }`,
  ),
  model(
    'stochastic volatility',
    'level, stay, h[9]',
    [0.3, -0.8, 0.1, 1.9, -2.4, 0.7, -0.2, 0.1, 0.5, -1.1],
    `  level ~ normal(-1, 1)
    stay ~ uniform(0.5, 1)
    h[0] ~ normal(level, 0.8)
    y[0] ~ normal(0, exp(h[0] / 2))
    for t in 1..10 { h[t] ~ normal(level + stay * (h[t - 1] - level), 0.5)  y[t] ~ normal(0, exp(h[t] / 2)) }`,
  ),
  model(
    'a hidden chain with unknown moves and means',
    'stay, low, gap, s[7]',
    [0.3, 0.1, 2.2, 1.7, 2.9, 0.2, -0.4, 1.5],
    `  stay ~ uniform(0.3, 1)
    low ~ normal(0, 1)
    gap ~ exponential(0.5)
    s[0] ~ bernoulli(0.5)
    y[0] ~ normal(if s[0] then low + gap else low, 0.7)
    for t in 1..8 {
      s[t] ~ bernoulli(if s[t - 1] then stay else 1 - stay)
      y[t] ~ normal(if s[t] then low + gap else low, 0.7)
    }`,
  ),
  model(
    'animals that survive and are counted',
    'survival, detected, n[5]',
    [8, 6, 5, 3, 3, 1],
    `  survival ~ uniform(0.3, 1)
    detected ~ uniform(0.3, 1)
    n[0] ~ poisson(10)
    y[0] ~ binomial(n[0], detected)
    for t in 1..6 { n[t] ~ binomial(n[t - 1], survival)  y[t] ~ binomial(n[t], detected) }`,
  ),
  model(
    "the model's own observations, of successes that drift",
    'start, wander',
    [4, 6, 5, 8, 9, 7, 10, 9],
    `  start ~ normal(0, 1)
    wander ~ exponential(2)
    var logit = start
    for t in 0..8 {
      logit = sample normal(logit, wander)
      observe seen[t] ~ binomial(10, 1 / (1 + exp(-logit)))
    }`,
    null,
  ),
];
