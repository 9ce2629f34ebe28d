/** Instructions of WebAssembly as expressions: each function gives the bytes of an instruction behind those of its operands. */
import { type Code, doubleBytes, signed, signedLong, unsigned } from './code.js';

export const types = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = (typeof types)[keyof typeof types];

type Unary = (a: Code) => Code;
type Binary = (a: Code, b: Code) => Code;

const unary =
  (...op: number[]): Unary =>
  (a) => [a, op];
const binary =
  (...op: number[]): Binary =>
  (a, b) => [a, b, op];
const simd = (op: number): number[] => [0xfd, ...unsigned(op)];
const lanesUnary = (op: number): Unary => unary(...simd(op));
const lanesBinary = (op: number): Binary => binary(...simd(op));
const loadOf =
  (align: number, ...op: number[]) =>
  (address: Code, offset = 0): Code => [address, op, align, unsigned(offset)];
const storeOf =
  (align: number, ...op: number[]) =>
  (address: Code, value: Code, offset = 0): Code => [address, value, op, align, unsigned(offset)];

/** Whole numbers of 32 bits; comparisons give 1 or 0. Addresses in memory are such numbers, in bytes. */
export const i32 = {
  of: (value: number): Code => [0x41, signed(value)],
  isZero: unary(0x45),
  equal: binary(0x46),
  unequal: binary(0x47),
  lessSigned: binary(0x48),
  less: binary(0x49),
  greaterSigned: binary(0x4a),
  greater: binary(0x4b),
  atMost: binary(0x4d),
  atLeastSigned: binary(0x4e),
  atLeast: binary(0x4f),
  leadingZeros: unary(0x67),
  trailingZeros: unary(0x68),
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  divUnsigned: binary(0x6e),
  remUnsigned: binary(0x70),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  shr: binary(0x75),
  shrUnsigned: binary(0x76),
  rotl: binary(0x77),
  /** The lower half. */
  wrap: unary(0xa7),
  /** Towards zero; numbers that do not fit go to the nearest that does, NaN to 0. */
  truncate: unary(0xfc, 0x02),
  truncateUnsigned: unary(0xfc, 0x03),
  load: loadOf(2, 0x28),
  loadByte: loadOf(0, 0x2d),
  store: storeOf(2, 0x36),
  storeByte: storeOf(0, 0x3a),
};

/** Whole numbers of 64 bits; comparisons give an i32. */
export const i64 = {
  of: (value: bigint): Code => [0x42, signedLong(value)],
  isZero: unary(0x50),
  leadingZeros: unary(0x79),
  equal: binary(0x51),
  lessSigned: binary(0x53),
  less: binary(0x54),
  greater: binary(0x56),
  trailingZeros: unary(0x7a),
  add: binary(0x7c),
  sub: binary(0x7d),
  mul: binary(0x7e),
  and: binary(0x83),
  or: binary(0x84),
  xor: binary(0x85),
  shl: binary(0x86),
  shr: binary(0x87),
  shrUnsigned: binary(0x88),
  rotl: binary(0x89),
  extendSigned: unary(0xac),
  extendUnsigned: unary(0xad),
  truncate: unary(0xfc, 0x06),
  /** The bits of a double. */
  bitsOf: unary(0xbd),
  load: loadOf(3, 0x29),
  store: storeOf(3, 0x37),
};

/** Doubles; comparisons give an i32. */
export const f64 = {
  of: (value: number): Code => [0x44, doubleBytes(value)],
  equal: binary(0x61),
  unequal: binary(0x62),
  less: binary(0x63),
  greater: binary(0x64),
  atMost: binary(0x65),
  atLeast: binary(0x66),
  abs: unary(0x99),
  neg: unary(0x9a),
  ceil: unary(0x9b),
  floor: unary(0x9c),
  trunc: unary(0x9d),
  /** Halves to even. */
  nearest: unary(0x9e),
  sqrt: unary(0x9f),
  add: binary(0xa0),
  sub: binary(0xa1),
  mul: binary(0xa2),
  div: binary(0xa3),
  /** NaN where one is NaN, and -0 below 0, as `Math.min`. */
  min: binary(0xa4),
  max: binary(0xa5),
  copySign: binary(0xa6),
  fromSigned: unary(0xb7),
  fromUnsigned: unary(0xb8),
  fromLong: unary(0xb9),
  /** The double that has these bits. */
  ofBits: unary(0xbf),
  load: loadOf(3, 0x2b),
  store: storeOf(3, 0x39),
};

/** 128 bits. */
export const v128 = {
  load: loadOf(4, ...simd(0x00)),
  /** For addresses that are multiples of 8 only. */
  loadUnaligned: loadOf(3, ...simd(0x00)),
  loadSplat: loadOf(3, ...simd(0x0a)),
  /** A word in all four lanes. */
  loadSplat32: loadOf(2, ...simd(0x09)),
  /** A double into the lower lane, 0 into the upper. */
  loadLow: loadOf(3, ...simd(0x5d)),
  /** `a` with one lane loaded. */
  loadLane: (address: Code, a: Code, lane: number, offset = 0): Code => [
    address,
    a,
    simd(0x57),
    3,
    unsigned(offset),
    lane,
  ],
  store: storeOf(4, ...simd(0x0b)),
  storeUnaligned: storeOf(3, ...simd(0x0b)),
  /** A vector with the 8 bytes at the address in one of its two halves. */
  loadHalf: (address: Code, vector: Code, half: 0 | 1, offset = 0): Code => [
    address,
    vector,
    simd(0x57),
    3,
    unsigned(offset),
    half,
  ],
  not: lanesUnary(0x4d),
  and: lanesBinary(0x4e),
  /** The first where no bit of the second is set. */
  without: lanesBinary(0x4f),
  or: lanesBinary(0x50),
  xor: lanesBinary(0x51),
  /** Bits of `a` where the mask is set, else of `b`. */
  select: (a: Code, b: Code, mask: Code): Code => [a, b, mask, simd(0x52)],
  /** 1 where any bit is set. */
  any: lanesUnary(0x53),
  /** Stores one of the two halves, at a multiple of 8. */
  storeHalf: (address: Code, value: Code, half: 0 | 1, offset = 0): Code => [
    address,
    value,
    simd(0x5b),
    3,
    unsigned(offset),
    half,
  ],
};

const int32Bytes = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)];
const int64Bytes = (value: bigint): number[] => [...new Uint8Array(BigInt64Array.of(value).buffer)];

const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, simd(0x0d), bytes];

/** Four i32 side by side. */
export const i32x4 = {
  of: (a: number, b: number, c: number, d: number): Code => [simd(0x0c), [a, b, c, d].map(int32Bytes)],
  splat: lanesUnary(0x11),
  lane: (a: Code, lane: number): Code => [a, simd(0x1b), lane],
  withLane: (a: Code, value: Code, lane: number): Code => [a, value, simd(0x1c), lane],
  equal: lanesBinary(0x37),
  shl: lanesBinary(0xab),
  shr: lanesBinary(0xac),
  shrUnsigned: lanesBinary(0xad),
  add: lanesBinary(0xae),
  sub: lanesBinary(0xb1),
  mul: lanesBinary(0xb5),
  /** Lanes of `a` (0 to 3) and `b` (4 to 7). */
  pick: (a: Code, b: Code, lanes: readonly number[]): Code =>
    shuffle(
      a,
      b,
      lanes.flatMap((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3]),
    ),
  fromTruncated: lanesUnary(0xfc),
};

/** Two i64 side by side. */
export const i64x2 = {
  of: (a: bigint, b: bigint): Code => [simd(0x0c), int64Bytes(a), int64Bytes(b)],
  splat: lanesUnary(0x12),
  lane: (a: Code, lane: number): Code => [a, simd(0x1d), lane],
  withLane: (a: Code, value: Code, lane: number): Code => [a, value, simd(0x1e), lane],
  /** Lanes of `a` (0 and 1) and `b` (2 and 3). */
  pick: (a: Code, b: Code, lanes: readonly number[]): Code =>
    shuffle(
      a,
      b,
      lanes.flatMap((l) => [0, 1, 2, 3, 4, 5, 6, 7].map((byte) => 8 * l + byte)),
    ),
  equal: lanesBinary(0xd6),
  lessSigned: lanesBinary(0xd8),
  greaterSigned: lanesBinary(0xd9),
  shl: lanesBinary(0xcb),
  shr: lanesBinary(0xcc),
  shrUnsigned: lanesBinary(0xcd),
  add: lanesBinary(0xce),
  sub: lanesBinary(0xd1),
  mul: lanesBinary(0xd5),
  /** 1 where no lane is zero. */
  all: lanesUnary(0xc3),
  /** Bit k is the highest bit of lane k. */
  bitmask: lanesUnary(0xc4),
  /** Products of the lower (or upper) two lanes of i32x4, as unsigned numbers. */
  productsLow: lanesBinary(0xde),
  productsHigh: lanesBinary(0xdf),
};

/** Two doubles side by side; comparisons set all bits of a lane or none. */
export const f64x2 = {
  of: (a: number, b: number): Code => [simd(0x0c), doubleBytes(a), doubleBytes(b)],
  splat: lanesUnary(0x14),
  lane: (a: Code, lane: number): Code => [a, simd(0x21), lane],
  withLane: (a: Code, value: Code, lane: number): Code => [a, value, simd(0x22), lane],
  equal: lanesBinary(0x47),
  unequal: lanesBinary(0x48),
  less: lanesBinary(0x49),
  greater: lanesBinary(0x4a),
  atMost: lanesBinary(0x4b),
  atLeast: lanesBinary(0x4c),
  ceil: lanesUnary(0x74),
  floor: lanesUnary(0x75),
  trunc: lanesUnary(0x7a),
  nearest: lanesUnary(0x94),
  abs: lanesUnary(0xec),
  neg: lanesUnary(0xed),
  sqrt: lanesUnary(0xef),
  add: lanesBinary(0xf0),
  sub: lanesBinary(0xf1),
  mul: lanesBinary(0xf2),
  div: lanesBinary(0xf3),
  min: lanesBinary(0xf4),
  max: lanesBinary(0xf5),
  /** b < a ? b : a, lane by lane. */
  lesser: lanesBinary(0xf6),
  /** a < b ? b : a, lane by lane. */
  greaterOf: lanesBinary(0xf7),
  /** Of the lower two i32. */
  fromSigned: lanesUnary(0xfe),
  fromUnsigned: lanesUnary(0xff),
};

const memorySize: Code = [0x3f, 0x00];

/** Memory as a whole. */
export const memory = {
  /** Pages of 65,536 bytes. */
  size: memorySize,
  /** The size before, or -1 where there is not so much. */
  grow: (pages: Code): Code => [pages, 0x40, 0x00],
  copy: (to: Code, from: Code, bytes: Code): Code => [to, from, bytes, 0xfc, 0x0a, 0x00, 0x00],
  fill: (to: Code, value: Code, bytes: Code): Code => [to, value, bytes, 0xfc, 0x0b, 0x00],
};

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];
/** Sets a local and gives its value. */
export const tee = (local: number, value: Code): Code => [value, 0x22, unsigned(local)];
export const getGlobal = (index: number): Code => [0x23, unsigned(index)];
export const setGlobal = (index: number, value: Code): Code => [value, 0x24, unsigned(index)];
export const drop = (value: Code): Code => [value, 0x1a];
/** `then` where the condition is not 0; both are computed. Not for v128. */
export const select = (condition: Code, then: Code, otherwise: Code): Code => [then, otherwise, condition, 0x1b];
export const callIndex = (func: number, args: readonly Code[]): Code => [args, 0x10, unsigned(func)];
export const give = (value: Code = []): Code => [value, 0x0f];
export const unreachable: Code = [0x00];

/** `if` without a value. A branch within counts it as one level. */
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  condition,
  [0x04, 0x40],
  then,
  otherwise.length > 0 ? [0x05, otherwise] : [],
  0x0b,
];
/** `if` with a value. */
export const choose = (type: ValueType, condition: Code, then: Code, otherwise: Code): Code => [
  condition,
  [0x04, type],
  then,
  0x05,
  otherwise,
  0x0b,
];
/** A branch to depth 0 within goes behind the block. */
export const block = (body: Code): Code => [0x02, 0x40, body, 0x0b];
/** A branch to depth 0 within goes to its start. */
export const loop = (body: Code): Code => [0x03, 0x40, body, 0x0b];
/** Leaves (a block) or begins again (a loop) so many levels further out. */
export const branch = (depth: number): Code => [0x0c, unsigned(depth)];
export const branchIf = (condition: Code, depth: number): Code => [condition, 0x0d, unsigned(depth)];
/** To label `depths[index]`; to the last where the index is beyond. */
export const branchTable = (index: Code, depths: readonly number[]): Code => [
  index,
  0x0e,
  unsigned(depths.length - 1),
  depths.map(unsigned),
];
/** Repeats the body as long as the condition, tested behind it, holds. */
export const repeatWhile = (body: Code, condition: Code): Code => loop([body, branchIf(condition, 0)]);
/** Repeats the body until it returns. */
export const forever = (body: Code): Code => [loop([body, branch(0)]), unreachable];
