/*
 * Just enough of the binary format of WebAssembly (W3C, WebAssembly Core Specification 2.0, chapter 5) to write small routines as
 * expressions: each function gives the bytes of an instruction behind those of its operands.
 */

/** Bytes of instructions. */
export type Code = readonly number[];

/** An unsigned number in LEB128. */
function unsigned(value: number): Code {
  const low = value & 127;
  return value < 128 ? [low] : [low | 128, ...unsigned(value >>> 7)];
}

/** An int32 in signed LEB128. */
function signed(value: number): Code {
  const low = value & 127;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
  return last ? [low] : [low | 128, ...signed(rest)];
}

type Unary = (a: Code) => Code;
type Binary = (a: Code, b: Code) => Code;

const unary =
  (...op: number[]): Unary =>
  (a) => [...a, ...op];
const binary =
  (...op: number[]): Binary =>
  (a, b) => [...a, ...b, ...op];
const loadOf =
  (align: number, ...op: number[]) =>
  (address: Code, offset = 0): Code => [...address, ...op, align, ...unsigned(offset)];
const storeOf =
  (align: number, ...op: number[]) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...op, align, ...unsigned(offset)];

export const i32 = {
  of: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  and: binary(0x71),
  xor: binary(0x73),
  shl: binary(0x74),
  shr: binary(0x75),
  shrUnsigned: binary(0x76),
  rotl: binary(0x77),
  less: binary(0x49),
  equal: binary(0x46),
  load: loadOf(2, 0x28),
  loadByte: loadOf(0, 0x2d),
  store: storeOf(2, 0x36),
};

export const f64 = {
  of: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  add: binary(0xa0),
  sub: binary(0xa1),
  mul: binary(0xa2),
  div: binary(0xa3),
  abs: unary(0x99),
  neg: unary(0x9a),
  less: binary(0x63),
  atLeast: binary(0x66),
  fromSigned: unary(0xb7),
  fromUnsigned: unary(0xb8),
  load: loadOf(3, 0x2b),
  store: storeOf(3, 0x39),
};

/** Four int32 side by side. */
export const i32x4 = {
  shr: binary(0xfd, 0xac, 0x01),
  /** The upper two in the place of the lower. */
  upper: (a: Code): Code => [...a, ...a, 0xfd, 0x0d, ...Array.from({ length: 16 }, (_, k) => 8 + (k % 8))],
  add: binary(0xfd, 0xae, 0x01),
  xor: binary(0xfd, 0x51),
  or: binary(0xfd, 0x50),
  shl: binary(0xfd, 0xab, 0x01),
  shrUnsigned: binary(0xfd, 0xad, 0x01),
  load: loadOf(4, 0xfd, 0x00),
  store: storeOf(4, 0xfd, 0x0b),
};

/** Two f64 side by side; `fromSigned` and `fromUnsigned` make them of the lower two int32 of four. */
export const f64x2 = {
  splat: unary(0xfd, 0x14),
  add: binary(0xfd, 0xf0, 0x01),
  sub: binary(0xfd, 0xf1, 0x01),
  mul: binary(0xfd, 0xf2, 0x01),
  div: binary(0xfd, 0xf3, 0x01),
  /** The greater; the first where they are not ordered. */
  max: binary(0xfd, 0xf7, 0x01),
  /** All bits set where the first is less. */
  less: binary(0xfd, 0x49),
  /** The first where no bit of the second is set. */
  without: binary(0xfd, 0x4f),
  /** The bits of each, moved up by so many. */
  shiftBits: binary(0xfd, 0xcb, 0x01),
  load: loadOf(4, 0xfd, 0x00),
  fromSigned: unary(0xfd, 0xfe, 0x01),
  fromUnsigned: unary(0xfd, 0xff, 0x01),
  store: storeOf(4, 0xfd, 0x0b),
};

export const types = { i32: 0x7f, f64: 0x7c, i32x4: 0x7b } as const;
export type ValueType = (typeof types)[keyof typeof types];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const call = (func: number, ...args: readonly Code[]): Code => [...args.flat(), 0x10, ...unsigned(func)];
export const give = (value: Code): Code => [...value, 0x0f];
/** A variable of the module. */
export const getGlobal = (index: number): Code => [0x23, ...unsigned(index)];
export const setGlobal = (index: number, value: Code): Code => [...value, 0x24, ...unsigned(index)];

/** `if` without a value. */
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  ...condition,
  0x04,
  0x40,
  ...then,
  ...(otherwise.length > 0 ? [0x05, ...otherwise] : []),
  0x0b,
];

/** `if` with a value. */
export const choose = (type: ValueType, condition: Code, then: Code, otherwise: Code): Code => [
  ...condition,
  0x04,
  type,
  ...then,
  0x05,
  ...otherwise,
  0x0b,
];

/** Repeats the body as long as the condition, tested behind it, holds. */
export const repeatWhile = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0x00, 0x0b];

/** Repeats the body until it returns. */
export const forever = (body: Code): Code => [0x03, 0x40, ...body, 0x0c, 0x00, 0x0b, 0x00];

/** A function of the module; `locals` are numbered behind the parameters. */
export type Routine = {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
};

/** A module with one page of memory, imported functions from f64 to f64, and i32 variables; memory and the last function are exported. */
export type Assembly = {
  readonly imports: readonly string[];
  readonly globals: number;
  readonly routines: readonly Routine[];
};

const sized = (code: Code): Code => [...unsigned(code.length), ...code];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
const name = (text: string): Code => sized([...text].map((c) => c.charCodeAt(0)));

/** The bytes of a module. Imports are functions 0, 1, …, routines follow. */
export function assemble({ imports, globals, routines }: Assembly): Uint8Array {
  const byte = (values: readonly ValueType[]): Code => list(values.map((v) => [v]));
  const last = imports.length + routines.length - 1;
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [
      [0x60, ...byte([types.f64]), ...byte([types.f64])],
      ...routines.map(({ params, results }) => [0x60, ...byte(params), ...byte(results)]),
    ]),
    ...section(
      2,
      imports.map((text) => [...name('math'), ...name(text), 0x00, 0x00]),
    ),
    ...section(
      3,
      routines.map((_, k) => unsigned(k + 1)),
    ),
    ...section(5, [[0x00, 0x01]]),
    ...section(
      6,
      Array.from({ length: globals }, () => [types.i32, 0x01, ...i32.of(0), 0x0b]),
    ),
    ...section(7, [
      [...name('memory'), 0x02, 0x00],
      [...name('run'), 0x00, ...unsigned(last)],
    ]),
    ...section(
      10,
      routines.map(({ locals, body }) => sized([...list(locals.map((type) => [0x01, type])), ...body, 0x0b])),
    ),
  ]);
}

declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (
        module: object,
        imports: object,
      ) => { readonly exports: Readonly<Record<string, unknown>> };
    }
  | undefined;

/** A module that runs: its memory and its last function. */
export type Running = { readonly memory: ArrayBuffer; readonly run: (...args: readonly number[]) => void };

const isRoutine = (value: unknown): value is Running['run'] => typeof value === 'function';

/** Makes a module run; null where the host has no WebAssembly with vectors. */
export function instantiate(assembly: Assembly): Running | null {
  if (typeof WebAssembly === 'undefined') return null;
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(assembly)), { math: Math });
    const { memory, run } = exports;
    if (typeof memory !== 'object' || memory === null || !('buffer' in memory)) return null;
    return memory.buffer instanceof ArrayBuffer && isRoutine(run) ? { memory: memory.buffer, run } : null;
  } catch {
    return null;
  }
}
