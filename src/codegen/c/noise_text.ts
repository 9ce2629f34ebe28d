/** C text of the generators of `src/runtime/random`: addresses, seeds, xoshiro128++, ziggurats, and fills of columns. */
import {
  EXPONENTIAL_HEIGHT,
  EXPONENTIAL_INSIDE,
  EXPONENTIAL_TAIL,
  EXPONENTIAL_WIDTH,
} from '../../runtime/random/exponential.js';
import { NORMAL_HEIGHT, NORMAL_INSIDE, NORMAL_TAIL, NORMAL_WIDTH } from '../../runtime/random/normal.js';
import { numberTable, numberText } from './numbers.js';

/** Definitions of `next_uniform` and the others on a `stream`, of `seed_…`, and of `mix_hi` and `mix_lo`. */
export const noiseText = (): string => `
${numberTable('normal_width', NORMAL_WIDTH)}
${numberTable('normal_inside', NORMAL_INSIDE)}
${numberTable('normal_height', NORMAL_HEIGHT)}
${numberTable('exponential_width', EXPONENTIAL_WIDTH)}
${numberTable('exponential_inside', EXPONENTIAL_INSIDE)}
${numberTable('exponential_height', EXPONENTIAL_HEIGHT)}

typedef struct stream { uint32_t a, b, c, d; } stream;
typedef struct drawn { double x; stream s; } drawn;

INLINE uint32_t avalanche(uint32_t x) {
  x = (x ^ x >> 16) * UINT32_C(0x85ebca6b);
  x = (x ^ x >> 13) * UINT32_C(0xc2b2ae35);
  return x ^ x >> 16;
}
INLINE int32_t mixed(int upper, int32_t hi, int32_t lo, int32_t site, int32_t index, int32_t shifted) {
  const uint32_t s = (uint32_t)site ^ avalanche((uint32_t)shifted);
  const uint32_t i = (uint32_t)index ^ avalanche(s + UINT32_C(0x7f4a7c15));
  const uint32_t a = (uint32_t)hi ^ s ^ avalanche((uint32_t)lo ^ i);
  const uint32_t low = (uint32_t)lo ^ i ^ avalanche(a + UINT32_C(0x3c6ef372));
  return (int32_t)(upper ? a ^ avalanche(low) : low);
}
INLINE int32_t mix_hi(int32_t hi, int32_t lo, int32_t site, double index) {
  return mixed(1, hi, lo, site, to_word(index), to_word(index + 2654435769.0));
}
INLINE int32_t mix_lo(int32_t hi, int32_t lo, int32_t site, double index) {
  return mixed(0, hi, lo, site, to_word(index), to_word(index + 2654435769.0));
}

INLINE stream seeded(uint32_t key0, uint32_t key1, uint32_t x0, uint32_t x1, uint32_t x2, uint32_t x3) {
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = (uint64_t)x0 * UINT32_C(0xd2511f53);
    const uint64_t p1 = (uint64_t)x2 * UINT32_C(0xcd9e8d57);
    x0 = (uint32_t)(p1 >> 32) ^ x1 ^ key0;
    x1 = (uint32_t)p1;
    x2 = (uint32_t)(p0 >> 32) ^ x3 ^ key1;
    x3 = (uint32_t)p0;
    key0 += UINT32_C(0x9e3779b9);
    key1 += UINT32_C(0xbb67ae85);
  }
  return (stream){(x0 | x1 | x2 | x3) == 0 ? UINT32_C(0x9e3779b9) : x0, x1, x2, x3};
}
INLINE stream seed_column(uint32_t k0, uint32_t k1, int32_t hi, int32_t lo, int64_t block) {
  return seeded(k0 ^ UINT32_C(0x3c6ef372), k1 ^ UINT32_C(0x510e527f), (uint32_t)hi, (uint32_t)lo, (uint32_t)block,
    (uint32_t)(block >> 32));
}
INLINE stream seed_particle(uint32_t k0, uint32_t k1, int64_t particle) {
  return seeded(k0 ^ UINT32_C(0xa54ff53a), k1 ^ UINT32_C(0x9b05688c), (uint32_t)particle, (uint32_t)(particle >> 32), 0, 0);
}
/* The request is folded into the address. */
INLINE stream seed_request(uint32_t k0, uint32_t k1, int32_t hi, int32_t lo, int64_t particle) {
  return seeded(k0 ^ UINT32_C(0x1f83d9ab), k1 ^ UINT32_C(0x5be0cd19), (uint32_t)hi, (uint32_t)lo, (uint32_t)particle,
    (uint32_t)(particle >> 32));
}
INLINE stream seed_addressed(uint32_t k0, uint32_t k1, int32_t hi, int32_t lo, int64_t particle, int32_t request) {
  return seed_request(k0, k1, mixed(1, hi, lo, -1, request, (int32_t)((uint32_t)request + UINT32_C(0x9e3779b9))),
    mixed(0, hi, lo, -1, request, (int32_t)((uint32_t)request + UINT32_C(0x9e3779b9))), particle);
}

INLINE uint32_t next_word(stream* s) {
  const uint32_t sum = s->a + s->d;
  const uint32_t word = (sum << 7 | sum >> 25) + s->a;
  const uint32_t shifted = s->b << 9;
  s->c ^= s->a;
  s->d ^= s->b;
  s->b ^= s->c;
  s->a ^= s->d;
  s->c ^= shifted;
  s->d = s->d << 11 | s->d >> 21;
  return word;
}
INLINE double open_position(uint32_t high, uint32_t low) { return (double)(int64_t)((uint64_t)(high >> 12) << 32 | low) + 0.5; }
INLINE double signed_position(uint32_t high, uint32_t low) {
  return (double)((int64_t)((uint64_t)high << 32 | low) >> 43 << 32 | (int64_t)low) + 0.5;
}
INLINE double next_uniform(stream* s) {
  const uint32_t high = next_word(s);
  const uint32_t low = next_word(s);
  return open_position(high, low) * 2.220446049250313e-16;
}
static double normal_tail(stream* s) {
  for (;;) {
    const double beyond = -own_log(next_uniform(s)) / ${numberText(NORMAL_TAIL)};
    if (-2 * own_log(next_uniform(s)) >= beyond * beyond) return ${numberText(NORMAL_TAIL)} + beyond;
  }
}
/* Streams go in and come out as values: with an address they would be kept in memory everywhere. */
COLD drawn finish_normal(stream s, int at, double u) {
  for (;;) {
    if (at == 0) {
      const double x = normal_tail(&s);
      return (drawn){u < 0 ? -x : x, s};
    }
    const double x = u * normal_width[at];
    const double low = normal_height[at];
    if (low + next_uniform(&s) * (normal_height[at + 1] - low) < own_exp(-0.5 * x * x)) return (drawn){x, s};
    const uint32_t first = next_word(&s);
    const uint32_t second = next_word(&s);
    at = (int)(first & 255);
    u = signed_position(first, second);
    if (fabs(u) < normal_inside[at]) return (drawn){u * normal_width[at], s};
  }
}
INLINE double next_normal(stream* s) {
  const uint32_t first = next_word(s);
  const uint32_t second = next_word(s);
  const int layer = (int)(first & 255);
  const double u = signed_position(first, second);
  if (__builtin_expect(fabs(u) < normal_inside[layer], 1)) return u * normal_width[layer];
  const drawn found = finish_normal(*s, layer, u);
  *s = found.s;
  return found.x;
}
COLD drawn finish_exponential(stream s, int at, double u) {
  double beyond = 0;
  for (;;) {
    const double x = u * exponential_width[at];
    if (at == 0) {
      beyond += ${numberText(EXPONENTIAL_TAIL)};
    } else {
      const double low = exponential_height[at];
      if (low + next_uniform(&s) * (exponential_height[at + 1] - low) < own_exp(-x)) return (drawn){beyond + x, s};
    }
    const uint32_t first = next_word(&s);
    const uint32_t second = next_word(&s);
    at = (int)(first & 255);
    u = open_position(first, second);
    if (u < exponential_inside[at]) return (drawn){beyond + u * exponential_width[at], s};
  }
}
INLINE double next_exponential(stream* s) {
  const uint32_t first = next_word(s);
  const uint32_t second = next_word(s);
  const int layer = (int)(first & 255);
  const double u = open_position(first, second);
  if (__builtin_expect(u < exponential_inside[layer], 1)) return u * exponential_width[layer];
  const drawn found = finish_exponential(*s, layer, u);
  *s = found.s;
  return found.x;
}
`;

export const noiseKinds = ['uniform', 'normal', 'exponential'] as const;

/** Definitions of `fill_…` for columns of one stream, and `fill_addressed_…` for those of one address. */
export const fillText = (): string =>
  noiseKinds
    .map(
      (kind) => `
static void fill_${kind}(double* restrict out, stream* from, int64_t count) {
  stream s = *from;
  for (int64_t i = 0; i < count; i++) out[i] = next_${kind}(&s);
  *from = s;
}
static void fill_addressed_${kind}(double* restrict out, uint32_t key0, uint32_t key1, int32_t hi, int32_t lo,
    int64_t particle, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    stream s = seed_request(key0, key1, hi, lo, particle + i);
    out[i] = next_${kind}(&s);
  }
}
`,
    )
    .join('');
