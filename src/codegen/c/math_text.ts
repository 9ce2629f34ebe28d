/**
 * C text of the functions of `src/runtime/math`: the same operations in the same order, so the same bits. Each has a form `…_near` for numbers
 * without special cases that compilers turn into vector code; where a number is no such one, it says so in `odd`, and its result
 * does not count.
 */
import { EXP_TABLE } from '../../runtime/math/exp_table.js';
import { LOG_TABLE } from '../../runtime/math/log_table.js';
import { HALF_PI, TWO_OVER_PI } from '../../runtime/math/quadrant.js';
import { numberTable, tableText } from './numbers.js';

const quadrantBytes = (): string[] =>
  Array.from({ length: TWO_OVER_PI.length / 2 }, (_, k) => `0x${TWO_OVER_PI.slice(2 * k, 2 * k + 2)}`);

/** Definitions of `own_exp`, `own_log`, `own_sin`, `own_cos`, their near forms, and the other operations on doubles. */
export const mathText = (): string => `
${numberTable('exp_table', EXP_TABLE)}
${numberTable('log_table', LOG_TABLE)}
${tableText('unsigned char', 'two_over_pi', quadrantBytes())}

INLINE int64_t bits_of(double x) { int64_t bits; memcpy(&bits, &x, 8); return bits; }
INLINE double of_bits(int64_t bits) { double x; memcpy(&x, &bits, 8); return x; }
INLINE double power_of_two(int e) { return of_bits((int64_t)(e + 1023) << 52); }

INLINE double exp_raised(double scale, double tail, double r) {
  const double square = r * r;
  return scale + scale * (tail + r + square * (0.5 + r * 0.16666666666666666)
    + square * square * (0.041666666666666664 + r * 0.008333333333333333));
}
INLINE double exp_rest(double x, double n) { return x - n * 0.005415212348111709 - n * 1.2864023111638346e-14; }
INLINE double exp_near(double x, _Bool* odd) {
  *odd |= !(fabs(x) <= 708.0);
  const double biased = x * 184.6649652337873 + 6755399441055744.0;
  const int64_t bits = bits_of(biased);
  const double r = exp_rest(x, biased - 6755399441055744.0);
  const int64_t at = (bits & 127) << 1;
  const double scale = of_bits(bits_of(exp_table[at + 1]) + (int64_t)((uint64_t)bits >> 7 << 52));
  return exp_raised(scale, exp_table[at], r);
}
COLD double exp_far(double x) {
  if (!(x <= 709.782712893384)) return x * INFINITY;
  if (x < -745.1332191019412) return 0;
  const double n = x * 184.6649652337873 + 6755399441055744.0 - 6755399441055744.0;
  const int k = (int)n;
  const int at = (k & 127) << 1;
  const double result = exp_raised(exp_table[at + 1], exp_table[at], exp_rest(x, n));
  const int half = k >> 8;
  return result * power_of_two(half) * power_of_two((k >> 7) - half);
}
INLINE double own_exp(double x) {
  _Bool odd = 0;
  const double near = exp_near(x, &odd);
  return __builtin_expect(odd, 0) ? exp_far(x) : near;
}

INLINE double log_reduced(double normal, int64_t less) {
  const int64_t bits = bits_of(normal);
  const int64_t place = bits - INT64_C(0x3fe5f00000000000);
  const int64_t power = place >> 52;
  const int64_t at = (place >> 44) & 254;
  const double z = of_bits(bits - (int64_t)((uint64_t)power << 52));
  const double k = of_bits(power - less + INT64_C(0x4338000000000000)) - 6755399441055744.0;
  const double upper = z + 6144 - 6144;
  const double inverse = log_table[at];
  const double main = upper * inverse - 1;
  const double rest = (z - upper) * inverse;
  const double r = main + rest;
  const double whole = k * 0.6931471805598903 + log_table[at + 1];
  const double sum = whole + main;
  const double square = r * r;
  return sum + (k * 5.497923018708371e-14 + log_table[(at >> 1) + 256] + (whole - sum + main + rest)
    + square * (r * 0.3333333333333333 - 0.5
      + square * (r * 0.2 - 0.25 + square * (r * 0.14285714285714285 - 0.16666666666666666))));
}
INLINE double log_near(double x, _Bool* odd) {
  *odd |= !(x >= 2.2250738585072014e-308) | !(x <= 1.7976931348623157e308);
  return log_reduced(x, 0);
}
COLD double log_far(double x) {
  if (!(x > 0 && x < 1)) return x == 0 ? -INFINITY : x > 0 ? x : NAN;
  return log_reduced(x * 18014398509481984.0, 54);
}
INLINE double own_log(double x) {
  _Bool odd = 0;
  const double near = log_near(x, &odd);
  return __builtin_expect(odd, 0) ? log_far(x) : near;
}

INLINE double sine_of(double y, double rest) {
  const double z = y * y;
  const double w = z * z;
  const double r = 0.00833333333332249 + z * (-0.0001984126982985795 + z * 0.0000027557313707070068)
    + z * w * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  const double v = z * y;
  return y - (z * (0.5 * rest - v * r) - rest - v * -0.16666666666666632);
}
INLINE double cosine_of(double y, double rest) {
  const double z = y * y;
  const double w = z * z;
  const double r = z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 0.00002480158728947673))
    + w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const double half = 0.5 * z;
  const double near = 1 - half;
  return near + (1 - near - half + (z * r - y * rest));
}
INLINE double turned(int64_t quarters, double y, double rest) {
  const double sine = sine_of(y, rest);
  const double cosine = cosine_of(y, rest);
  const double value = (quarters & 1) == 0 ? sine : cosine;
  return of_bits(bits_of(value) ^ (int64_t)((uint64_t)(quarters & 2) << 62));
}
INLINE double turned_near(double x, int64_t ahead, _Bool* odd) {
  const double biased = x * 0.6366197723675814 + 6755399441055744.0;
  const double n = biased - 6755399441055744.0;
  const double a = x - n * 1.5707963267341256;
  const double second = n * 6.077100506303966e-11;
  const double b = a - second;
  const double less = n * 2.0222662487959506e-21 - (a - b - second);
  const double y = b - less;
  const double rest = b - y - less;
  *odd |= !(fabs(x) <= 500000.0) | ((fabs(y) < 0.0001220703125) & (n != 0));
  return turned(bits_of(biased) + ahead, y, rest);
}
typedef unsigned __int128 wide;
static uint64_t quadrant_word(int at) {
  uint64_t word = 0;
  for (int k = 0; k < 8; k++) word = word << 8 | two_over_pi[at + k];
  return word;
}
static uint64_t upper_half(uint64_t a, uint64_t b) { return (uint64_t)((wide)a * b >> 64); }
COLD double turned_far(double x, int ahead) {
  const double size = fabs(x);
  if (!(size < INFINITY)) return NAN;
  const uint64_t bits = (uint64_t)bits_of(size);
  const int first = (int)(bits >> 52) - 1075 + 62;
  const uint64_t m = ((bits & UINT64_C(0xfffffffffffff)) | UINT64_C(0x10000000000000)) << (first & 7);
  const int at = first >> 3;
  const wide product = ((wide)(m * quadrant_word(at)) << 64) + (wide)m * quadrant_word(at + 8)
    + upper_half(m, quadrant_word(at + 16));
  const wide fraction = product << 2;
  const int above = (int)(fraction >> 127);
  const wide left = above ? ~fraction : fraction;
  const int zeros = left >> 64 ? __builtin_clzll((uint64_t)(left >> 64)) : 64 + __builtin_clzll((uint64_t)left | 1);
  const uint64_t angle = upper_half((uint64_t)(left << zeros >> 64), UINT64_C(${HALF_PI}));
  const double sign = above ? -1 : 1;
  const double y = sign * (double)(angle >> 11) * power_of_two(-52 - zeros);
  const double rest = sign * (double)(angle & 2047) * power_of_two(-63 - zeros);
  const int turns = (int)(product >> 126) + above + ahead;
  return turned(turns ^ (ahead == 0 && x < 0 ? 2 : 0), y, rest);
}
INLINE double sin_near(double x, _Bool* odd) { return turned_near(x, 0, odd); }
INLINE double cos_near(double x, _Bool* odd) { return turned_near(x, 1, odd); }
INLINE double own_sin(double x) {
  _Bool odd = 0;
  const double near = sin_near(x, &odd);
  return __builtin_expect(odd, 0) ? turned_far(x, 0) : near;
}
INLINE double own_cos(double x) {
  _Bool odd = 0;
  const double near = cos_near(x, &odd);
  return __builtin_expect(odd, 0) ? turned_far(x, 1) : near;
}

INLINE double smaller(double a, double b) {
  return a < b ? a : b < a ? b : a == b ? of_bits(bits_of(a) | bits_of(b)) : NAN;
}
INLINE double greater(double a, double b) {
  return a > b ? a : b > a ? b : a == b ? of_bits(bits_of(a) & bits_of(b)) : NAN;
}
INLINE double sign_of(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }
INLINE double round_half_away(double x) {
  const double whole = trunc(x);
  return fabs(x - whole) >= 0.5 ? whole + sign_of(x) : whole;
}
INLINE double floor_mod(double a, double b) {
  const double rest = fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
static double power_of(double base, double exponent) {
  double rest = fabs(exponent), square = base, product = 1;
  for (;;) {
    const double half = floor(rest / 2);
    if (rest - 2 * half == 1) product *= square;
    rest = half;
    if (rest == 0) return exponent < 0 ? 1 / product : product;
    square *= square;
  }
}
INLINE int32_t to_word(double x) {
  if (__builtin_expect(fabs(x) < 2147483648.0, 1)) return (int32_t)x;
  if (!(fabs(x) < INFINITY)) return 0;
  return (int32_t)(uint32_t)(int64_t)fmod(trunc(x), 4294967296.0);
}
`;
