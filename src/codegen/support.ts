/** The functions that generated code is handed. */
import type { Fault, KernelOptions } from '../ir/engine.js';
import {
  depthFault,
  elementsFault,
  externFault,
  indexFault,
  isFault,
  labelFault,
  parameterFault,
  requireFault,
  stepsFault,
  weightFault,
} from '../ir/faults.js';
import type { IrType, PlaceId } from '../ir/ir.js';
import { floorMod, powerOf, roundHalfAway } from '../ir/primitives.js';
import { countReals, fromConstant, type RuntimeValue, toConstant } from '../ir/values.js';
import { mixHi, mixLo } from '../runtime/random/address.js';
import { nextExponential } from '../runtime/random/exponential.js';
import { nextNormal } from '../runtime/random/normal.js';
import { seedAddressed, seedParticle, seedRequest } from '../runtime/random/source.js';
import { nextUniform } from '../runtime/random/uniform.js';
import { isBrokenOff } from '../runtime/waiting.js';
import { mathFunctions } from './scalar.js';
import type { PlacedWords } from './writer.js';

/** What changes while particles run. */
export type Running = {
  /** Log weight, dimension, steps, unaligned draws of the particle. */
  readonly totals: Float64Array;
  /** The stream of the particle, or working space. */
  readonly state: Int32Array;
  readonly at: { particle: number; depth: number };
};

export const newRunning = (): Running => ({
  totals: new Float64Array(4),
  state: new Int32Array(4),
  at: { particle: 0, depth: 0 },
});

/** The fault of a place. */
export function faultOf({ at, words }: PlacedWords): Fault {
  switch (words.kind) {
    case 'require':
      return requireFault(words.family, words.site, at);
    case 'parameter':
      return parameterFault(words.parameter, words.family, words.site, at);
    case 'check':
      return { fault: true, code: words.code, message: words.message, at };
    case 'weight':
      return weightFault(words.what, at);
  }
}

/** What the support functions need to know of the program. */
type SupportTables = {
  readonly words: readonly PlacedWords[];
  readonly types: readonly IrType[];
  readonly externs: readonly string[];
};

const limited = (count: number, limit: number, at: PlaceId): number => {
  if (count > limit) throw elementsFault(limit, at);
  return count;
};

function checkedIndex(index: number, length: number, at: PlaceId): number {
  if (!(Number.isInteger(index) && index >= 0)) throw indexFault(index, length, at);
  return index;
}

/** All functions by their names in generated text. */
export function supportFunctions(
  options: Pick<KernelOptions, 'limits' | 'externs'>,
  tables: SupportTables,
): Readonly<Record<string, unknown>> {
  const { limits, externs } = options;
  const failIndex = (index: number, length: number, at: PlaceId): never => {
    throw indexFault(index, length, at);
  };
  return {
    ...mathFunctions,
    floorMod,
    roundHalfAway,
    powerOf,
    mixHi,
    mixLo,
    nextUniform,
    nextNormal,
    nextExponential,
    seedAddressed,
    seedParticle,
    seedRequest,
    failIndex,
    fail: (words: number): never => {
      throw faultOf(tables.words[words]!);
    },
    /** The weight after a score in the column layout: a weight of zero stays zero, whatever is added. */
    weighed: (weight: number, amount: number, words: number): number => {
      if (Number.isNaN(amount)) throw faultOf(tables.words[words]!);
      return weight === Number.NEGATIVE_INFINITY ? weight : weight + amount;
    },
    failSteps: (at: PlaceId): never => {
      throw stepsFault(limits.steps, at);
    },
    failDepth: (at: PlaceId): never => {
      throw depthFault(limits.depth, at);
    },
    toEnum: (index: number, members: number, at: PlaceId): number => {
      if (!(Number.isInteger(index) && index >= 0 && index < members)) throw labelFault(index, members, at);
      return index;
    },
    exact: (buffer: Float64Array, length: number): Float64Array =>
      buffer.length === length ? buffer : buffer.slice(0, length),
    setNumber: (array: Float64Array, index: number, value: number, at: PlaceId): Float64Array => {
      if (array[index] === undefined) failIndex(index, array.length, at);
      const copy = array.slice();
      copy[index] = value;
      return copy;
    },
    setValue: (array: readonly RuntimeValue[], index: number, value: RuntimeValue, at: PlaceId): RuntimeValue[] => {
      if (array[index] === undefined) failIndex(index, array.length, at);
      const copy = array.slice();
      copy[index] = value;
      return copy;
    },
    extendNumber: (array: Float64Array, index: number, value: number, at: PlaceId): Float64Array => {
      const length = limited(checkedIndex(index, array.length, at) + 1, limits.elements, at);
      const copy = new Float64Array(Math.max(length, array.length));
      copy.set(array);
      if (length > array.length) copy.fill(Number.NaN, array.length);
      copy[index] = value;
      return copy;
    },
    extendValue: (
      array: readonly RuntimeValue[],
      index: number,
      value: RuntimeValue,
      absent: RuntimeValue,
      at: PlaceId,
    ): RuntimeValue[] => extendInPlace(array.slice(), index, value, absent, limits.elements, at),
    extendValueInPlace: (
      array: RuntimeValue[],
      index: number,
      value: RuntimeValue,
      absent: RuntimeValue,
      at: PlaceId,
    ): RuntimeValue[] => extendInPlace(array, index, value, absent, limits.elements, at),
    appendNumber: (array: Float64Array, value: number, at: PlaceId): Float64Array => {
      const copy = new Float64Array(limited(array.length + 1, limits.elements, at));
      copy.set(array);
      copy[array.length] = value;
      return copy;
    },
    appendValue: (array: readonly RuntimeValue[], value: RuntimeValue, at: PlaceId): RuntimeValue[] => {
      limited(array.length + 1, limits.elements, at);
      return [...array, value];
    },
    pushValue: (array: RuntimeValue[], value: RuntimeValue, at: PlaceId): void => {
      limited(array.length + 1, limits.elements, at);
      array.push(value);
    },
    grow: (buffer: Float64Array, length: number, index: number, at: PlaceId): Float64Array => {
      const needed = limited(checkedIndex(index, length, at) + 1, limits.elements, at);
      let room = buffer;
      if (needed > buffer.length) {
        // Never more room than the limit: a free place is a place that may be used.
        room = new Float64Array(Math.min(Math.max(needed, 2 * buffer.length, 8), limits.elements));
        room.set(buffer);
      }
      // What lies beyond the length may be left from before.
      if (index > length) room.fill(Number.NaN, length, index);
      return room;
    },
    fillNumber: (count: number, value: number, at: PlaceId): Float64Array =>
      new Float64Array(limited(Math.max(0, count || 0), limits.elements, at)).fill(value),
    fillValue: (count: number, value: RuntimeValue, at: PlaceId): RuntimeValue[] =>
      new Array<RuntimeValue>(limited(Math.max(0, count || 0), limits.elements, at)).fill(value),
    countReals: (type: number, value: RuntimeValue): number => countReals(tables.types[type]!, value),
    callHost: (callee: number, type: number, at: PlaceId, args: readonly RuntimeValue[]): RuntimeValue =>
      callHost(tables.externs[callee]!, externs, tables.types[type]!, at, args),
  };
}

function extendInPlace(
  array: RuntimeValue[],
  index: number,
  value: RuntimeValue,
  absent: RuntimeValue,
  limit: number,
  at: PlaceId,
): RuntimeValue[] {
  limited(checkedIndex(index, array.length, at) + 1, limit, at);
  while (array.length < index) array.push(absent);
  array[index] = value;
  return array;
}

/** Calls a function of the host; what it throws and what it returns wrongly are faults. */
export function callHost(
  name: string,
  externs: KernelOptions['externs'],
  type: IrType,
  at: PlaceId,
  args: readonly RuntimeValue[],
): RuntimeValue {
  const host = Object.hasOwn(externs, name) ? externs[name] : undefined;
  if (host === undefined) throw externFault(name, 'was not supplied', at);
  let given: ReturnType<typeof host>;
  try {
    given = host(...args.map(toConstant));
  } catch (thrown) {
    if (isFault(thrown)) throw { ...thrown, at };
    if (isBrokenOff(thrown)) throw thrown;
    throw externFault(name, `failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`, at);
  }
  const value = fromConstant(type, given);
  if (value === null) throw externFault(name, 'returned a value of another type', at);
  return value;
}
