/** C text of `src/runtime/sums/sums.ts`: sums over a block of weighted draws, to the bit. */
import { LEAST_LOG, sumPlaces, surveyPlaces } from '../../runtime/sums/sums.js';
import { numberText } from './numbers.js';

/** Functions of the module: `survey(logs, dimensions, count, found)`, `collect(logs, count, least, into, at)`, `sum(values, logs, count, max, weights, found)`. */
export const sumsText = (): string => `
typedef double f2 __attribute__((vector_size(16)));
typedef int64_t l2 __attribute__((vector_size(16)));
#define LANES 8
#define SURVEYED(l, i) { \\
    const double log = logs[i], d = dimensions[i]; \\
    max[l] = greater(max[l], log); \\
    const double low = log == -INFINITY ? INFINITY : d, high = log == -INFINITY ? -INFINITY : d; \\
    lowest[l] = low < lowest[l] ? low : lowest[l]; \\
    highest[l] = high > highest[l] ? high : highest[l]; \\
  }
static void survey_block(const double* logs, const double* dimensions, int64_t count, double* found) {
  double max[LANES], lowest[LANES], highest[LANES];
  for (int l = 0; l < LANES; l++) max[l] = highest[l] = -INFINITY, lowest[l] = INFINITY;
  const int64_t whole = count - count % LANES;
  for (int64_t i = 0; i < whole; i += LANES)
    for (int l = 0; l < LANES; l++) SURVEYED(l, i + l)
  for (int64_t i = whole; i < count; i++) SURVEYED(0, i)
  for (int l = 1; l < LANES; l++) {
    max[0] = greater(max[0], max[l]);
    if (lowest[l] < lowest[0]) lowest[0] = lowest[l];
    if (highest[l] > highest[0]) highest[0] = highest[l];
  }
  found[${surveyPlaces.max}] = max[0];
  found[${surveyPlaces.lowest}] = lowest[0];
  found[${surveyPlaces.highest}] = highest[0];
}
INLINE f2 pair(const double* from) { f2 both; memcpy(&both, from, 16); return both; }
INLINE f2 where(l2 flags, f2 x) { return (f2)((l2)x & flags); }
static void sum_block(const double* values, const double* logs, int64_t count, double max, double* weights, double* found) {
  int64_t some = 0;
#pragma GCC ivdep
  for (int64_t i = 0; i < count; i++) {
    const double log = logs[i] - max;
    _Bool odd = 0;
    const double w = exp_near(log < ${numberText(LEAST_LOG)} ? 0 : log, &odd);
    weights[i] = log < ${numberText(LEAST_LOG)} ? 0 : w;
    some |= odd;
  }
  if (some)
    for (int64_t i = 0; i < count; i++) weights[i] = logs[i] - max < ${numberText(LEAST_LOG)} ? 0 : own_exp(logs[i] - max);
  const int64_t whole = count - count % 2;
  f2 weight = {0, 0}, squared_weight = weight, first = weight, squared_first = weight;
  l2 positives = {0, 0};
  for (int64_t i = 0; i < whole; i += 2) {
    const f2 w = pair(weights + i), wf = w * where(w != 0, pair(values + i));
    positives -= w > 0;
    weight += w;
    squared_weight += w * w;
    first += wf;
    squared_first += w * wf;
  }
  int64_t positive = positives[0] + positives[1];
  if (whole < count) {
    weights[count] = 0;
    const double w = weights[whole], wf = w * (w == 0 ? 0 : values[whole]);
    positive += w > 0;
    weight[0] += w;
    squared_weight[0] += w * w;
    first[0] += wf;
    squared_first[0] += w * wf;
  }
  const double all = weight[0] + weight[1], squared_all = squared_weight[0] + squared_weight[1];
  const double mean = (first[0] + first[1]) / all, squared_mean = (squared_first[0] + squared_first[1]) / squared_all;
  const double average = all / (double)count;
  f2 deviation = {0, 0}, squared_deviation = deviation, unevenness = deviation;
  for (int64_t i = 0; i < whole; i += 2) {
    const f2 w = pair(weights + i), f = pair(values + i), apart = w * (f - squared_mean);
    const l2 there = w != 0;
    unevenness += (w - average) * (w - average);
    deviation += where(there, w * ((f - mean) * (f - mean)));
    squared_deviation += where(there, apart * apart);
  }
  if (whole < count) {
    const double w = weights[whole], f = values[whole], apart = w * (f - squared_mean);
    unevenness[0] += (w - average) * (w - average);
    if (w != 0) deviation[0] += w * ((f - mean) * (f - mean)), squared_deviation[0] += apart * apart;
    unevenness[1] += (0 - average) * (0 - average);
  }
  const double uneven = unevenness[0] + unevenness[1];
  found[${sumPlaces.mean}] = mean;
  found[${sumPlaces.weight}] = all;
  found[${sumPlaces.squaredWeight}] = squared_all;
  found[${sumPlaces.positive}] = (double)positive;
  found[${sumPlaces.deviation}] = deviation[0] + deviation[1];
  found[${sumPlaces.squaredMean}] = squared_mean;
  found[${sumPlaces.squaredDeviation}] = squared_deviation[0] + squared_deviation[1];
  found[${sumPlaces.unevenness}] = whole < count ? greater(0, uneven - average * average) : uneven;
}

static double number_of(napi_env env, napi_value from) {
  double x = 0;
  napi_get_value_double(env, from, &x);
  return x;
}
static napi_value survey(napi_env env, napi_info info) {
  size_t count = 4, length;
  napi_value args[4];
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  survey_block(doubles_of(env, args[0], &length), doubles_of(env, args[1], &length), (int64_t)number_of(env, args[2]),
    doubles_of(env, args[3], &length));
  return NULL;
}
static napi_value collect(napi_env env, napi_info info) {
  size_t count = 5, length;
  napi_value args[5], behind;
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  const double* logs = doubles_of(env, args[0], &length);
  const int64_t some = (int64_t)number_of(env, args[1]);
  const double least = number_of(env, args[2]);
  double* into = doubles_of(env, args[3], &length);
  int64_t at = (int64_t)number_of(env, args[4]);
  for (int64_t i = 0; i < some; i++)
    if (logs[i] > least && at < (int64_t)length) into[at++] = logs[i];
  napi_create_double(env, (double)at, &behind);
  return behind;
}
static napi_value sum(napi_env env, napi_info info) {
  size_t count = 6, length;
  napi_value args[6];
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  sum_block(doubles_of(env, args[0], &length), doubles_of(env, args[1], &length), (int64_t)number_of(env, args[2]),
    number_of(env, args[3]), doubles_of(env, args[4], &length), doubles_of(env, args[5], &length));
  return NULL;
}
`;
