/** C text of `src/runtime/math/pow.ts`: the same operations in the same order. */
import { POWER_FAR, POWER_MOST } from '../../runtime/math/pow.js';
import { numberText } from './numbers.js';

const most = numberText(POWER_MOST);
const least = numberText(1 / POWER_MOST);
const far = numberText(POWER_FAR);

/** The definition of `own_pow`; that of `own_exp` and `own_log` stands in front. */
export const powText = `
INLINE double pow_raised(double y, double log, double rest) {
  const double y_part = y * 134217729;
  const double y_high = y_part - (y_part - y);
  const double y_low = y - y_high;
  const double part = log * 134217729;
  const double high = part - (part - log);
  const double low = log - high;
  const double x = y * log;
  const double more = y_high * high - x + y_high * low + y_low * high + y_low * low + y * rest;
  if (x > ${far}) return INFINITY;
  if (x < -${far}) return 0;
  const double n = x * 184.6649652337873 + 6755399441055744.0 - 6755399441055744.0;
  const double r = exp_rest(x, n) + more;
  const int k = (int)n;
  const int at = (k & 127) << 1;
  const int half = k >> 8;
  return exp_raised(exp_table[at + 1], exp_table[at], r) * power_of_two(half) * power_of_two((k >> 7) - half);
}
static double pow_normal(double x, int64_t less, double y) {
  const int64_t bits = bits_of(x);
  const int64_t place = bits - INT64_C(0x3fe5f00000000000);
  const int64_t power = place >> 52;
  const int64_t at = (place >> 44) & 254;
  const double z = of_bits(bits - (int64_t)((uint64_t)power << 52));
  const double k = (double)(power - less);
  const double upper = z + 6144 - 6144;
  const double inverse = log_table[at];
  const double main = upper * inverse - 1;
  const double rest = (z - upper) * inverse;
  const double r = main + rest;
  const double whole = k * 0.6931471805598903 + log_table[at + 1];
  const double sum = whole + main;
  const double near = r + 393216 - 393216;
  const double off = main - near + rest;
  const double half = -0.5 * (near * near);
  const double total = sum + half;
  const double square = r * r;
  const double series = 0.3333333333333333 - r * 0.25
    + square * (0.2 - r * 0.16666666666666666 + square * (0.14285714285714285 - r * 0.125 + square * 0.1111111111111111));
  const double low = whole - sum + main + (sum - total + half) + (k * 5.497923018708371e-14 + log_table[(at >> 1) + 256] + rest)
    + (-0.5 * (off * (r + near)) + r * (r * r) * series);
  const double log = total + low;
  return pow_raised(y, log, total - log + low);
}
COLD double pow_far(double x, double y) {
  if (y == 0) return 1;
  const double base = fabs(x), size = fabs(y);
  if (!(base >= 0 && size >= 0)) return NAN;
  const int whole = trunc(y) == y;
  const int odd = whole && 2 * trunc(0.5 * y) != y;
  double result;
  if (base == 1 && size > ${most}) result = size == INFINITY ? NAN : 1;
  else if (base == 0 || base == INFINITY || size > ${most}) result = (base > 1) == (y > 0) ? INFINITY : 0;
  else if (x < 0 && !whole) result = NAN;
  else if (size < ${least}) result = 1;
  else if (base < 2.2250738585072014e-308) result = pow_normal(base * 18014398509481984.0, 54, y);
  else result = pow_normal(base, 0, y);
  return odd && signbit(x) ? -result : result;
}
static double own_pow(double x, double y) {
  if (y == 2) return x * x;
  const double size = fabs(y);
  if (x >= 2.2250738585072014e-308 && x <= 1.7976931348623157e308 && size <= ${most} && size >= ${least})
    return pow_normal(x, 0, y);
  return pow_far(x, y);
}
`;
