/** C text of `src/runtime/sums/sums.ts`: sums over a block of weighted draws, to the bit. */
import { LEAST_LOG, mostSummed, rowLength, rowPlaces, surveyLength, surveyPlaces } from '../../runtime/sums/sums.js';
import { numberText } from './numbers.js';
import { control, endings, sumsControl } from './runtime_text.js';

/**
 * Functions of the module: `survey(logs, dimensions, count, least, above, found)`, `sum(values, logs, count, max, weights, row)`, and
 * `sumBlocks(kernel, control, logs, dimensions, values, weights, above, rows)`, which runs blocks and sums them up as `sumsControl` says.
 */
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
static void survey_block(const double* logs, const double* dimensions, int64_t count, double least, double* above, double* found) {
  double max[LANES], lowest[LANES], highest[LANES];
  for (int l = 0; l < LANES; l++) max[l] = highest[l] = -INFINITY, lowest[l] = INFINITY;
  const int64_t whole = count - count % LANES;
  for (int64_t i = 0; i < whole; i += LANES)
    for (int l = 0; l < LANES; l++) SURVEYED(l, i + l)
  for (int64_t i = whole; i < count; i++) SURVEYED(0, i)
  int64_t held = 0;
  for (int64_t i = 0; i < whole; i += LANES) {
    int some = 0;
    for (int l = 0; l < LANES; l++) some |= logs[i + l] > least;
    if (!some) continue;
    for (int l = 0; l < LANES; l++)
      if (logs[i + l] > least) above[held++] = logs[i + l];
  }
  for (int64_t i = whole; i < count; i++)
    if (logs[i] > least) above[held++] = logs[i];
  for (int l = 1; l < LANES; l++) {
    max[0] = greater(max[0], max[l]);
    if (lowest[l] < lowest[0]) lowest[0] = lowest[l];
    if (highest[l] > highest[0]) highest[0] = highest[l];
  }
  found[${surveyPlaces.max}] = max[0];
  found[${surveyPlaces.lowest}] = lowest[0];
  found[${surveyPlaces.highest}] = highest[0];
  found[${surveyPlaces.above}] = (double)held;
}
INLINE f2 pair(const double* from) { f2 both; memcpy(&both, from, 16); return both; }
INLINE f2 where(l2 flags, f2 x) { return (f2)((l2)x & flags); }
static void sum_block(const double* values, const double* logs, int64_t count, double max, double* weights, double* row) {
  row[${rowPlaces.count}] = (double)count;
  row[${rowPlaces.max}] = max;
  if (max == -INFINITY) {
    for (int place = 0; place < ${rowLength}; place++)
      if (place != ${rowPlaces.count} && place != ${rowPlaces.max}) row[place] = 0;
    return;
  }
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
  int64_t absent = 0;
  if (mean != mean)
    for (int64_t i = 0; i < count; i++) absent += weights[i] > 0 && values[i] != values[i];
  row[${rowPlaces.absent}] = (double)absent;
  row[${rowPlaces.mean}] = mean;
  row[${rowPlaces.weight}] = all;
  row[${rowPlaces.squaredWeight}] = squared_all;
  row[${rowPlaces.positive}] = (double)positive;
  row[${rowPlaces.deviation}] = deviation[0] + deviation[1];
  row[${rowPlaces.squaredMean}] = squared_mean;
  row[${rowPlaces.squaredDeviation}] = squared_deviation[0] + squared_deviation[1];
  row[${rowPlaces.unevenness}] = whole < count ? greater(0, uneven - average * average) : uneven;
}

static double number_of(napi_env env, napi_value from) {
  double x = 0;
  napi_get_value_double(env, from, &x);
  return x;
}
static napi_value survey(napi_env env, napi_info info) {
  size_t count = 6, length;
  napi_value args[6];
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  survey_block(doubles_of(env, args[0], &length), doubles_of(env, args[1], &length), (int64_t)number_of(env, args[2]),
    number_of(env, args[3]), doubles_of(env, args[4], &length), doubles_of(env, args[5], &length));
  return NULL;
}
static napi_value sum(napi_env env, napi_info info) {
  size_t count = 6, length;
  napi_value args[6];
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  sum_block(doubles_of(env, args[0], &length), doubles_of(env, args[1], &length), (int64_t)number_of(env, args[2]),
    number_of(env, args[3]), doubles_of(env, args[4], &length), doubles_of(env, args[5], &length));
  return NULL;
}
static void sum_all(kernel* k, double* control, double* const* columns, double* weights, double* above, double* rows) {
  const double *logs = columns[0], *dimensions = columns[1], *values = columns[2];
  const int64_t block = (int64_t)control[${sumsControl.block}], draws = (int64_t)control[${sumsControl.draws}];
  const double dimension = control[${sumsControl.dimension}], least = control[${sumsControl.least}];
  double found[${surveyLength}];
  if (!control[${sumsControl.going}])
    for (int place = ${sumsControl.done}; place < ${sumsControl.length}; place++) control[place] = 0;
  int64_t done = (int64_t)control[${sumsControl.done}], held = (int64_t)control[${sumsControl.held}];
  do {
    const int64_t count = draws - done * BLOCK < BLOCK ? draws - done * BLOCK : BLOCK;
    if (!control[${sumsControl.going}]) {
      control[${control.first}] = (double)((block + done) * BLOCK);
      control[${control.from}] = 0;
      control[${control.to}] = (double)count;
      run_particles(k, control, columns);
      if (control[${control.ending}] != ${endings.done}) return;
    }
    control[${sumsControl.going}] = control[${control.ending}] = 0;
    control[${sumsControl.steps}] += control[${control.steps}];
    control[${sumsControl.unaligned}] += control[${control.unaligned}];
    survey_block(logs, dimensions, count, least, above + held, found);
    const double lowest = found[${surveyPlaces.lowest}], highest = found[${surveyPlaces.highest}];
    if (lowest <= highest && (lowest != dimension || highest != dimension)) {
      control[${sumsControl.mixed}] = 1;
      return;
    }
    sum_block(values, logs, count, found[${surveyPlaces.max}], weights, rows + ${rowLength} * done);
    control[${sumsControl.done}] = (double)++done;
    control[${sumsControl.held}] = (double)(held += (int64_t)found[${surveyPlaces.above}]);
  } while (done * BLOCK < draws && done < ${mostSummed.blocks} && held + BLOCK <= ${mostSummed.above});
}
static napi_value sum_blocks(napi_env env, napi_info info) {
  size_t count = 8, length;
  napi_value args[8];
  double* columns[8];
  void* held = NULL;
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  napi_get_value_external(env, args[0], &held);
  for (int c = 1; c < 8; c++) columns[c] = doubles_of(env, args[c], &length);
  sum_all(held, columns[1], columns + 2, columns[5], columns[6], columns[7]);
  return NULL;
}
`;
