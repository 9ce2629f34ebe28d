/**
 * C text that fills columns of several streams side by side, each in a lane of a vector: to the bit what each gives alone. Words are drawn for all
 * lanes at once; a lane whose number is not found at the first try goes on by itself. Only for processors that gather (AVX-512).
 */

const sizes = [8, 16] as const;
/** So few streams are faster one by one than with eight lanes, and so few with eight than with sixteen. */
const few = 2;
const some = few + 8;

/** How streams of a kind are divided: those of full and wide lanes, then up to eight of the last lanes, then those that are too few for lanes. */
export type Division = { readonly before: number; readonly eight: number; readonly rest: number };

export function divisionOf(streams: number): Division {
  let left = streams;
  while (left > some) left -= 16;
  const eight = left > few ? Math.min(8, left) : 0;
  const rest = Math.max(0, left) - eight;
  return { before: streams - eight - rest, eight, rest };
}

/** Text of eight positions, from the two words of each, the function of one alone, and for a ziggurat what is to be under the curve. */
type Kind = { readonly kind: string; readonly position: string; readonly alone: string; readonly size: string | null };

const open = '(unsigned8(high >> 12) * 4294967296.0 + unsigned8(low) + 0.5)';

const kinds: readonly Kind[] = [
  { kind: 'uniform', position: `${open} * 2.220446049250313e-16`, alone: 'open_position', size: null },
  {
    kind: 'normal',
    position: '(signed8((i8)high >> 11) * 4294967296.0 + unsigned8(low) + 0.5)',
    alone: 'signed_position',
    size: 'absolute8(u)',
  },
  { kind: 'exponential', position: open, alone: 'open_position', size: 'u' },
];

const word = (name: string): string =>
  `
    sum = a + d;
    const u name = (sum << 7 | sum >> 25) + a;
    shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = d << 11 | d >> 21;`.replace('name', name);

const half = (lanes: number, vector: string, k: number): string =>
  lanes === 8
    ? vector
    : `__builtin_shufflevector(${vector}, ${vector}, ${Array.from({ length: 8 }, (_, l) => 8 * k + l).join(', ')})`;

/** Eight of the lanes: numbers go to their columns, and what is not found yet is marked. */
function eight({ kind, position, size }: Kind, lanes: number, k: number): string {
  const stores = Array.from({ length: 8 }, (_, l) => `      out[${8 * k + l} * STRIDE + i] = x[${l}];`);
  const ziggurat = `
      const i8 layer = (i8)(high & 255);
      const f8 x = u * gathered(${kind}_width, layer);
      missed |= (unsigned)(unsigned char)~below(${size}, gathered(${kind}_inside, layer)) << ${8 * k};`;
  return `    {
      const u8 high = ${half(lanes, 'first', k)}, low = ${half(lanes, 'second', k)};
      const f8 u = ${position};${size === null ? '\n      const f8 x = u;' : ziggurat}
${stores.join('\n')}
    }`;
}

/** A lane beside the first eight with a number of its own kind. */
function rider({ kind, alone, size }: Kind, r: number): string {
  const lane = 8 + r;
  const place = `rides[${r}][i]`;
  return `    {
      const uint32_t high = first[${lane}], low = second[${lane}];
      const double u = ${alone}(high, low);
      ${
        size === null
          ? `${place} = u * 2.220446049250313e-16;`
          : `const int layer = (int)(high & 255);
      ${place} = u * ${kind}_width[layer];
      missed |= (unsigned)!(fabs(u) < ${kind}_inside[layer]) << ${lane};`
      }
    }`;
}

/** Finishes the number of lane `l`: of the first kind, or of the rider whose lane it is. */
function finishing(kind: Kind, riders: readonly Kind[]): string {
  const call = (of: Kind): string =>
    of.size === null ? '(drawn){0, own}' : `finish_${of.kind}(own, (int)(high & 255), ${of.alone}(high, low))`;
  return riders.reduceRight((rest, of, r) => `l == ${8 + r} ? ${call(of)} : ${rest}`, call(kind));
}

/** Fills up to 8 or 16 columns of a kind, or 8 and those of riders. */
function filling(name: string, kind: Kind, lanes: number, riders: readonly Kind[] = []): string {
  const alike = riders.length > 0 ? 8 : lanes;
  const place = riders.length > 0 ? '(l < 8 ? out + l * STRIDE : rides[l - 8])[i]' : 'out[l * STRIDE + i]';
  const missed = [kind, ...riders].every(({ size }) => size === null)
    ? ''
    : `
    for (missed &= live; __builtin_expect(missed != 0, 0); missed &= missed - 1) {
      const int l = __builtin_ctz(missed);
      const i${lanes} at = (i${lanes}){} + l;
      const stream own = {LANE(a), LANE(b), LANE(c), LANE(d)};
      const uint32_t high = LANE(first), low = LANE(second);
      const drawn found = ${finishing(kind, riders)};
      const u mine = (u)(numbers == at);
      ${place} = found.x;
      a = (a & ~mine) | (found.s.a & mine);
      b = (b & ~mine) | (found.s.b & mine);
      c = (c & ~mine) | (found.s.c & mine);
      d = (d & ~mine) | (found.s.d & mine);
    }`;
  const more = riders.map((_, r) => `double* restrict ride${r}, stream* from${r}, `).join('');
  const ridden =
    riders.length === 0
      ? ''
      : `
  double* const rides[] = {${riders.map((_, r) => `ride${r}`).join(', ')}};
  stream* const theirs[] = {${riders.map((_, r) => `from${r}`).join(', ')}};`;
  const source =
    riders.length === 0
      ? 'from + (l < count ? l : 0)'
      : `l < count ? from + l : l < 8 || l >= ${8 + riders.length} ? from : theirs[l - 8]`;
  const back = riders
    .map(
      (_, r) => `
  *from${r} = (stream){a[${8 + r}], b[${8 + r}], c[${8 + r}], d[${8 + r}]};`,
    )
    .join('');
  return `
static void ${name}(double* restrict out, stream* from, int count, ${more}int64_t size) {
  typedef u${lanes} u;
  u a, b, c, d, sum, shifted;
  const i${lanes} numbers = {${Array.from({ length: lanes }, (_, l) => l).join(', ')}};
  const unsigned live = ((1u << count) - 1) | ${((1 << riders.length) - 1) << 8};${ridden}
  for (int l = 0; l < ${lanes}; l++) {
    const stream* one = ${source};
    a[l] = one->a;
    b[l] = one->b;
    c[l] = one->c;
    d[l] = one->d;
  }
  for (int64_t i = 0; i < size; i++) {${word('first')}${word('second')}
    unsigned missed = 0;
${[...Array.from({ length: alike / 8 }, (_, k) => eight(kind, lanes, k)), ...riders.map(rider)].join('\n')}${missed}
  }
  for (int l = 0; l < count; l++) from[l] = (stream){a[l], b[l], c[l], d[l]};${back}
}`;
}

/** Numbers of kinds, as in `noiseKinds`: one whose last eight lanes leave eight others empty, and those of the streams that take these. */
export type Mixed = { readonly kind: number; readonly riders: readonly number[] };

/** Definition of `fill_mixed(out, from, count, …columns and streams of riders, size)`, where there are vectors (`SIDE_BY_SIDE`). */
export const mixedText = ({ kind, riders }: Mixed): string => `
#ifdef SIDE_BY_SIDE${filling(
  'fill_mixed',
  kinds[kind]!,
  16,
  riders.map((r) => kinds[r]!),
)}
#endif`;

/** Definitions of `fill_lanes_…(out, from, count, size)`: any number of streams of a kind, whose columns follow each other. */
export const lanesText = (): string => `
#if defined(__AVX512F__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#define SIDE_BY_SIDE
/* A lane by number: by an index it would be read from memory, and all be written there each time. */
#define LANE(vector) __builtin_shuffle(vector, at)[0]
typedef uint32_t u8 __attribute__((vector_size(32)));
typedef int32_t i8 __attribute__((vector_size(32)));
typedef uint32_t u16 __attribute__((vector_size(64)));
typedef int32_t i16 __attribute__((vector_size(64)));
typedef double f8 __attribute__((vector_size(64)));
INLINE f8 gathered(const double* table, i8 at) { return __builtin_ia32_gathersiv8df((f8){0}, table, at, -1, 8); }
INLINE unsigned char below(f8 a, f8 b) { return (unsigned char)__builtin_ia32_cmppd512_mask(a, b, 1, -1, 4); }
INLINE f8 signed8(i8 a) { return __builtin_ia32_cvtdq2pd512_mask(a, (f8){0}, -1); }
INLINE f8 unsigned8(u8 a) { return __builtin_ia32_cvtudq2pd512_mask((i8)a, (f8){0}, -1); }
INLINE f8 absolute8(f8 a) {
  typedef int64_t bits __attribute__((vector_size(64)));
  return (f8)((bits)a & INT64_MAX);
}
${sizes
  .map(
    (lanes) => `
${kinds.map((kind) => filling(`fill_${kind.kind}_${lanes}`, kind, lanes)).join('\n')}`,
  )
  .join('\n')}
#define MANY(kind) \\
  for (; count - l > ${some}; l += 16) fill_##kind##_16(out + l * STRIDE, from + l, count - l < 16 ? count - l : 16, size); \\
  for (; count - l > ${few}; l += 8) fill_##kind##_8(out + l * STRIDE, from + l, count - l < 8 ? count - l : 8, size);
#else
#define MANY(kind)
#endif
${kinds
  .map(
    ({ kind }) => `
static void fill_lanes_${kind}(double* out, stream* from, int count, int64_t size) {
  int l = 0;
  MANY(${kind})
  for (; l < count; l++) fill_${kind}(out + l * STRIDE, from + l, size);
}`,
  )
  .join('')}
`;
