/** Names of instructions by their bytes (W3C, WebAssembly Core Specification 2.0, section 5.4). */

const comparisons = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'];
const signed = (names: readonly string[]): string[] =>
  names.flatMap((name) => (name === 'eq' || name === 'ne' ? [name] : [`${name}_s`, `${name}_u`]));
const wholes = [
  ...['clz', 'ctz', 'popcnt', 'add', 'sub', 'mul', 'div_s', 'div_u', 'rem_s', 'rem_u'],
  ...['and', 'or', 'xor', 'shl', 'shr_s', 'shr_u', 'rotl', 'rotr'],
];
const doubles = [
  ...['abs', 'neg', 'ceil', 'floor', 'trunc', 'nearest', 'sqrt', 'add', 'sub', 'mul', 'div', 'min', 'max', 'copysign'],
];
const of = (type: string, names: readonly string[]): string[] => names.map((name) => `${type}.${name}`);

/** Instructions without immediates, from byte 0x45 on. */
const plain = [
  ...of('i32', ['eqz', ...signed(comparisons)]),
  ...of('i64', ['eqz', ...signed(comparisons)]),
  ...of('f32', comparisons),
  ...of('f64', comparisons),
  ...of('i32', wholes),
  ...of('i64', wholes),
  ...of('f32', doubles),
  ...of('f64', doubles),
  ...of('i32', ['wrap_i64', 'trunc_f32_s', 'trunc_f32_u', 'trunc_f64_s', 'trunc_f64_u']),
  ...of('i64', ['extend_i32_s', 'extend_i32_u', 'trunc_f32_s', 'trunc_f32_u', 'trunc_f64_s', 'trunc_f64_u']),
  ...of('f32', ['convert_i32_s', 'convert_i32_u', 'convert_i64_s', 'convert_i64_u', 'demote_f64']),
  ...of('f64', ['convert_i32_s', 'convert_i32_u', 'convert_i64_s', 'convert_i64_u', 'promote_f32']),
  ...['i32.reinterpret_f32', 'i64.reinterpret_f64', 'f32.reinterpret_i32', 'f64.reinterpret_i64'],
];

/** What stands behind an instruction's bytes. */
type Immediate =
  | 'none'
  | 'block'
  | 'index'
  | 'memory'
  | 'i32'
  | 'i64'
  | 'f64'
  | 'zero'
  | 'zeros'
  | 'lane'
  | 'bytes'
  | 'memory and lane';

export type Instruction = { readonly name: string; readonly immediate: Immediate };

const single = new Map<number, Instruction>([
  [0x00, { name: 'unreachable', immediate: 'none' }],
  [0x02, { name: 'block', immediate: 'block' }],
  [0x03, { name: 'loop', immediate: 'block' }],
  [0x04, { name: 'if', immediate: 'block' }],
  [0x05, { name: 'else', immediate: 'none' }],
  [0x0b, { name: 'end', immediate: 'none' }],
  [0x0c, { name: 'br', immediate: 'index' }],
  [0x0d, { name: 'br_if', immediate: 'index' }],
  [0x0f, { name: 'return', immediate: 'none' }],
  [0x10, { name: 'call', immediate: 'index' }],
  [0x1a, { name: 'drop', immediate: 'none' }],
  [0x1b, { name: 'select', immediate: 'none' }],
  [0x20, { name: 'local.get', immediate: 'index' }],
  [0x21, { name: 'local.set', immediate: 'index' }],
  [0x22, { name: 'local.tee', immediate: 'index' }],
  [0x23, { name: 'global.get', immediate: 'index' }],
  [0x24, { name: 'global.set', immediate: 'index' }],
  [0x28, { name: 'i32.load', immediate: 'memory' }],
  [0x29, { name: 'i64.load', immediate: 'memory' }],
  [0x2b, { name: 'f64.load', immediate: 'memory' }],
  [0x2d, { name: 'i32.load8_u', immediate: 'memory' }],
  [0x36, { name: 'i32.store', immediate: 'memory' }],
  [0x37, { name: 'i64.store', immediate: 'memory' }],
  [0x39, { name: 'f64.store', immediate: 'memory' }],
  [0x3a, { name: 'i32.store8', immediate: 'memory' }],
  [0x3f, { name: 'memory.size', immediate: 'zero' }],
  [0x40, { name: 'memory.grow', immediate: 'zero' }],
  [0x41, { name: 'i32.const', immediate: 'i32' }],
  [0x42, { name: 'i64.const', immediate: 'i64' }],
  [0x44, { name: 'f64.const', immediate: 'f64' }],
  ...plain.map((name, k): [number, Instruction] => [0x45 + k, { name, immediate: 'none' }]),
]);

const saturating = new Map<number, Instruction>([
  [0x02, { name: 'i32.trunc_sat_f64_s', immediate: 'none' }],
  [0x03, { name: 'i32.trunc_sat_f64_u', immediate: 'none' }],
  [0x06, { name: 'i64.trunc_sat_f64_s', immediate: 'none' }],
  [0x07, { name: 'i64.trunc_sat_f64_u', immediate: 'none' }],
  [0x0a, { name: 'memory.copy', immediate: 'zeros' }],
  [0x0b, { name: 'memory.fill', immediate: 'zero' }],
]);

const vectorNames: Readonly<Record<number, string>> = {
  15: 'i8x16.splat',
  17: 'i32x4.splat',
  18: 'i64x2.splat',
  20: 'f64x2.splat',
  55: 'i32x4.eq',
  56: 'i32x4.ne',
  57: 'i32x4.lt_s',
  71: 'f64x2.eq',
  72: 'f64x2.ne',
  73: 'f64x2.lt',
  74: 'f64x2.gt',
  75: 'f64x2.le',
  76: 'f64x2.ge',
  77: 'v128.not',
  78: 'v128.and',
  79: 'v128.andnot',
  80: 'v128.or',
  81: 'v128.xor',
  82: 'v128.bitselect',
  83: 'v128.any_true',
  116: 'f64x2.ceil',
  117: 'f64x2.floor',
  122: 'f64x2.trunc',
  148: 'f64x2.nearest',
  160: 'i32x4.abs',
  161: 'i32x4.neg',
  163: 'i32x4.all_true',
  164: 'i32x4.bitmask',
  167: 'i32x4.extend_low_i16x8_s',
  171: 'i32x4.shl',
  172: 'i32x4.shr_s',
  173: 'i32x4.shr_u',
  174: 'i32x4.add',
  177: 'i32x4.sub',
  181: 'i32x4.mul',
  192: 'i64x2.abs',
  193: 'i64x2.neg',
  195: 'i64x2.all_true',
  196: 'i64x2.bitmask',
  199: 'i64x2.extend_low_i32x4_s',
  200: 'i64x2.extend_high_i32x4_s',
  201: 'i64x2.extend_low_i32x4_u',
  202: 'i64x2.extend_high_i32x4_u',
  203: 'i64x2.shl',
  204: 'i64x2.shr_s',
  205: 'i64x2.shr_u',
  206: 'i64x2.add',
  209: 'i64x2.sub',
  213: 'i64x2.mul',
  214: 'i64x2.eq',
  215: 'i64x2.ne',
  216: 'i64x2.lt_s',
  217: 'i64x2.gt_s',
  220: 'i64x2.extmul_low_i32x4_s',
  222: 'i64x2.extmul_low_i32x4_u',
  223: 'i64x2.extmul_high_i32x4_u',
  236: 'f64x2.abs',
  237: 'f64x2.neg',
  239: 'f64x2.sqrt',
  240: 'f64x2.add',
  241: 'f64x2.sub',
  242: 'f64x2.mul',
  243: 'f64x2.div',
  244: 'f64x2.min',
  245: 'f64x2.max',
  246: 'f64x2.pmin',
  247: 'f64x2.pmax',
  252: 'i32x4.trunc_sat_f64x2_s_zero',
  253: 'i32x4.trunc_sat_f64x2_u_zero',
  254: 'f64x2.convert_low_i32x4_s',
  255: 'f64x2.convert_low_i32x4_u',
};

const vectors = new Map<number, Instruction>([
  [0, { name: 'v128.load', immediate: 'memory' }],
  [7, { name: 'v128.load8_splat', immediate: 'memory' }],
  [9, { name: 'v128.load32_splat', immediate: 'memory' }],
  [10, { name: 'v128.load64_splat', immediate: 'memory' }],
  [11, { name: 'v128.store', immediate: 'memory' }],
  [12, { name: 'v128.const', immediate: 'bytes' }],
  [13, { name: 'i8x16.shuffle', immediate: 'bytes' }],
  [27, { name: 'i32x4.extract_lane', immediate: 'lane' }],
  [28, { name: 'i32x4.replace_lane', immediate: 'lane' }],
  [29, { name: 'i64x2.extract_lane', immediate: 'lane' }],
  [30, { name: 'i64x2.replace_lane', immediate: 'lane' }],
  [33, { name: 'f64x2.extract_lane', immediate: 'lane' }],
  [34, { name: 'f64x2.replace_lane', immediate: 'lane' }],
  [86, { name: 'v128.load32_lane', immediate: 'memory and lane' }],
  [87, { name: 'v128.load64_lane', immediate: 'memory and lane' }],
  [91, { name: 'v128.store64_lane', immediate: 'memory and lane' }],
  [92, { name: 'v128.load32_zero', immediate: 'memory' }],
  [93, { name: 'v128.load64_zero', immediate: 'memory' }],
  ...Object.entries(vectorNames).map(([number, name]): [number, Instruction] => [
    Number(number),
    { name, immediate: 'none' },
  ]),
]);

/** Instructions of one byte, and those behind the prefixes 0xfc and 0xfd. */
export const opcodes = { single, saturating, vectors } as const;
