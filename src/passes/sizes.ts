import type { Constant, Func, Instruction, InstructionOf, Program, Region, Value, ValueId } from '../ir/ir.js';
import { findFamily, findFunction } from '../ir/program.js';
import { type Range, rangeOfOp } from './ranges.js';
import { copyOf, type Facts, factsOf, restore, type Size } from './size_facts.js';

/** What is known of the lengths of a function's arrays and of its whole numbers. Values are asked for by their numbers, wherever they stand. */
export type Sizes = {
  /** How long the array is. */
  readonly lengthOf: (array: ValueId) => Size;
  /** Whether an element with that index is there in every run that comes to it. */
  readonly isInside: (index: ValueId, array: ValueId) => boolean;
  /** Whether the value is a whole number from 0 on that is bounded by the program, or by the length of an array. */
  readonly isPlace: (index: ValueId) => boolean;
  /** The value where it is a number known beforehand. */
  readonly numberOf: (id: ValueId) => number | null;
  /** Whether two whole numbers are the same one, as far as that is known. */
  readonly areEqual: (a: ValueId, b: ValueId) => boolean;
  /** Whether loops from 0 or more on to the one end and to the other have the same iterations. */
  readonly areSameEnds: (a: ValueId, b: ValueId) => boolean;
  /** Whether a number is less than another in every run that comes to both: the index of a loop and its end. */
  readonly isBelow: (a: ValueId, b: ValueId) => boolean;
  /** Whether a loop to that end is no longer than some array, or has a known number of iterations. */
  readonly isBounded: (high: ValueId) => boolean;
};

/** So many elements may be made where they were not before. */
const mostElements = 1e5;
/** Functions are looked into so deep for the length of what they give. */
const mostDepth = 3;

/** What is known before of a function's parameters: a number, a length, or nothing. */
type Given = { readonly number: number } | { readonly length: number } | null;

/** Finds how long the arrays of a function are, from how they are made, never from their types, which may say less than what is true. */
export function sizesOf(program: Program, func: Func): Sizes {
  const facts = factsOf(program, 0);
  learn(func.body, facts);
  return {
    lengthOf: (array) => lengthIn(array, facts),
    isInside: (index, array) => isInside(index, array, facts),
    isPlace: (index) => isPlace(index, facts),
    numberOf: (id) => facts.numbers.get(id) ?? null,
    areEqual: (a, b) => areEqual(a, b, facts),
    areSameEnds: (a, b) => areEqual(a, b, facts) || isCount(a, b, facts) || isCount(b, a, facts),
    isBelow: (a, b) => isBelow(a, b, facts),
    isBounded: (high) => isBounded(high, facts),
  };
}

const lengthIn = (array: ValueId, facts: Facts): Size => facts.lengths.get(array) ?? { as: array };

const sameSize = (a: Size | undefined, b: Size | undefined): boolean =>
  typeof a === 'object' && typeof b === 'object' ? a.as === b.as : a !== undefined && a === b;

/** The length that a number is: the number itself where it is known. */
const measureOf = (id: ValueId, facts: Facts): Size | undefined => facts.numbers.get(id) ?? facts.measures.get(id);

function isInside(index: ValueId, array: ValueId, facts: Facts): boolean {
  const range = rangeOf(index, facts);
  if (range === null || range.least < 0) return false;
  const length = lengthIn(array, facts);
  if (typeof length === 'number') return range.most !== null && range.most < length;
  if (range.below === null) return false;
  return isCountOf(range.below, length, facts) || sameSize(facts.measures.get(range.below), length);
}

/** Whether the array was made with so many elements, or with none where the number is negative. */
function isCountOf(id: ValueId, length: Size | undefined, facts: Facts): boolean {
  const count = typeof length === 'object' ? facts.counts.get(length.as) : undefined;
  return count !== undefined && (count === id || facts.clamped.get(count) === id);
}

const isCount = (id: ValueId, end: ValueId, facts: Facts): boolean => isCountOf(id, facts.measures.get(end), facts);

function isPlace(index: ValueId, facts: Facts): boolean {
  const range = rangeOf(index, facts);
  if (range === null || range.least < 0) return false;
  return (range.most !== null && range.most < mostElements) || (range.below !== null && isBounded(range.below, facts));
}

function isBelow(a: ValueId, b: ValueId, facts: Facts): boolean {
  const range = rangeOf(a, facts);
  if (range === null) return false;
  const number = facts.numbers.get(b);
  if (number !== undefined && range.most !== null && range.most < number) return true;
  return range.below !== null && areEqual(range.below, b, facts);
}

const isBounded = (high: ValueId, facts: Facts): boolean => {
  const measure = measureOf(high, facts);
  return typeof measure === 'object' || (measure !== undefined && measure <= mostElements);
};

const areEqual = (a: ValueId, b: ValueId, facts: Facts): boolean =>
  a === b || sameSize(measureOf(a, facts), measureOf(b, facts));

function rangeOf(id: ValueId, facts: Facts): Range | null {
  const number = facts.numbers.get(id);
  if (number !== undefined) return Number.isSafeInteger(number) ? { least: number, most: number, below: null } : null;
  return facts.ranges.get(id) ?? null;
}

function learn(region: Region, facts: Facts): void {
  for (const instruction of region.body) learnOne(instruction, facts);
}

function learnOne(i: Instruction, facts: Facts): void {
  switch (i.kind) {
    case 'const':
      learnLiteral(i, facts);
      return;
    case 'make':
      if (i.result.type.kind === 'array') facts.lengths.set(i.result.id, i.parts.length);
      return;
    case 'op':
      learnOp(i, facts);
      return;
    case 'if':
      learn(i.then, facts);
      learn(i.otherwise, facts);
      i.results.forEach((result, k) => {
        const [a, b] = [i.then.yields[k], i.otherwise.yields[k]];
        if (a !== undefined && b !== undefined) learnEither(result.id, a, b, facts);
      });
      return;
    case 'for':
      learnFor(i, facts);
      return;
    case 'while':
      learnCarried(i, i.body.args, facts, (assumed) => {
        for (const [k, length] of assumed)
          if (i.condition.args[k] !== undefined) facts.lengths.set(i.condition.args[k].id, length);
        learn(i.condition, facts);
        learn(i.body, facts);
      });
      return;
    case 'call':
      learnCall(i.results[0]?.id, i.callee, i.args, facts, i.results.length);
      return;
    case 'draw': {
      const family = findFamily(facts.program, i.family);
      const by = family === null ? null : i.shared ? (family.mechanism ?? family.draw) : family.draw;
      if (by !== null && i.result.type.kind === 'array') learnCall(i.result.id, by, [i.address, ...i.params], facts, 1);
      return;
    }
    default:
      return;
  }
}

function learnLiteral({ result, value }: InstructionOf<'const'>, facts: Facts): void {
  if (typeof value === 'number') {
    facts.numbers.set(result.id, value);
    return;
  }
  if (typeof value === 'string' || result.type.kind !== 'array') return;
  facts.lengths.set(result.id, value.length);
  if (result.type.element.kind !== 'array' || value instanceof Float64Array) return;
  learnElements(
    result.id,
    value.map((v: Constant) => (typeof v === 'object' ? v.length : undefined)),
    facts,
  );
}

function learnElements(array: ValueId, lengths: readonly (Size | undefined)[], facts: Facts): void {
  const [first] = lengths;
  if (typeof first === 'number' && lengths.every((length) => length === first)) facts.elements.set(array, first);
}

function learnEither(result: ValueId, a: ValueId, b: ValueId, facts: Facts): void {
  const [left, right] = [facts.lengths.get(a) ?? { as: a }, facts.lengths.get(b) ?? { as: b }];
  if (sameSize(left, right)) facts.lengths.set(result, left);
}

function learnOp(i: InstructionOf<'op'>, facts: Facts): void {
  const [a, b, c] = i.args;
  const { id } = i.result;
  if (a === undefined) return;
  switch (i.op) {
    case 'length': {
      const length = lengthIn(a, facts);
      if (typeof length === 'number') facts.numbers.set(id, length);
      else facts.measures.set(id, length);
      return;
    }
    case 'fill': {
      const measure = measureOf(a, facts);
      if (typeof measure === 'number') facts.lengths.set(id, Math.max(0, measure || 0));
      else if (measure !== undefined) facts.lengths.set(id, measure);
      else facts.counts.set(id, a);
      return;
    }
    case 'set':
      facts.lengths.set(id, lengthIn(a, facts));
      copyElements(id, a, facts);
      return;
    case 'extend': {
      const [length, at] = [lengthIn(a, facts), b === undefined ? undefined : facts.numbers.get(b)];
      if (typeof length === 'number' && at !== undefined) facts.lengths.set(id, Math.max(length, at + 1));
      return;
    }
    case 'append': {
      const length = lengthIn(a, facts);
      if (typeof length === 'number') facts.lengths.set(id, length + 1);
      return;
    }
    case 'index': {
      const length = facts.elements.get(a);
      if (length !== undefined) facts.lengths.set(id, length);
      return;
    }
    case 'select':
      if (b !== undefined && c !== undefined) learnEither(id, b, c, facts);
      return;
    default:
      if (b !== undefined) learnArithmetic(i, a, b, facts);
  }
}

function copyElements(to: ValueId, from: ValueId, facts: Facts): void {
  const length = facts.elements.get(from);
  if (length !== undefined) facts.elements.set(to, length);
}

/** Sums, differences and extremes of whole numbers. */
function learnArithmetic(i: InstructionOf<'op'>, a: ValueId, b: ValueId, facts: Facts): void {
  const { id } = i.result;
  const [x, y] = [facts.numbers.get(a), facts.numbers.get(b)];
  if (i.result.type.kind !== 'int') return;
  if (x !== undefined && y !== undefined) {
    const value = { add: x + y, sub: x - y, mul: x * y, max: Math.max(x, y), min: Math.min(x, y) };
    if (i.op === 'add' || i.op === 'sub' || i.op === 'mul' || i.op === 'max' || i.op === 'min')
      facts.numbers.set(id, value[i.op]);
    return;
  }
  if (i.op === 'max' && (x === 0 || y === 0)) {
    const other = x === 0 ? b : a;
    facts.clamped.set(id, other);
    const measure = facts.measures.get(other);
    if (measure !== undefined) facts.measures.set(id, measure);
  }
  const [left, right] = [rangeOf(a, facts), rangeOf(b, facts)];
  const range = left === null || right === null ? null : rangeOfOp(i.op, left, right);
  if (range !== null) facts.ranges.set(id, range);
}

function learnFor(loop: InstructionOf<'for'>, facts: Facts): void {
  const [index, ...carried] = loop.body.args;
  const low = rangeOf(loop.low, facts);
  const high = measureOf(loop.high, facts);
  if (index !== undefined && low !== null) {
    const most = typeof high === 'number' ? high - 1 : null;
    facts.ranges.set(index.id, { least: low.least, most, below: loop.high });
  }
  const kept = learnCarried(loop, carried, facts, () => learn(loop.body, facts));
  const fromZero = facts.numbers.get(loop.low) === 0;
  carried.forEach((arg, k) => {
    const [init, result, yielded] = [loop.inits[k], loop.results[k], loop.body.yields[k]];
    if (init === undefined || result === undefined || yielded === undefined || index === undefined) return;
    const last = madeIn(loop.body, yielded);
    if (last?.kind !== 'op' || last.args[0] !== arg.id || !fromZero) return;
    const element = last.op === 'append' ? last.args[1] : last.args[1] === index.id ? last.args[2] : undefined;
    if (element === undefined) return;
    if (!kept.has(k) && lengthIn(init, facts) === 0) learnGrown(result.id, loop.high, high, facts);
    const each = lengthIn(element, facts);
    if (typeof each === 'number' && sameSize(lengthIn(result.id, facts), high)) facts.elements.set(result.id, each);
  });
}

/**
 * Learns what a loop does, with arrays that it carries as long as at first, where the loop keeps that so: supposed of all of them, and of those of which it
 * turned out otherwise no more, until all that is left bears itself out. Gives the carried values whose length stays.
 */
function learnCarried(
  loop: InstructionOf<'for' | 'while'>,
  args: readonly Value[],
  facts: Facts,
  learnBody: (assumed: ReadonlyMap<number, Size>) => void,
): ReadonlySet<number> {
  const assumed = new Map<number, Size>();
  args.forEach((arg, k) => {
    const init = loop.inits[k];
    if (init !== undefined && arg.type.kind === 'array') assumed.set(k, lengthIn(init, facts));
  });
  const isSure = [...assumed.keys()].every((k) => keepsLength(loop.body, loop.body.yields[k], args[k]!.id));
  const before = isSure ? null : copyOf(facts);
  for (;;) {
    for (const [k, length] of assumed) facts.lengths.set(args[k]!.id, length);
    learnBody(assumed);
    const wrong = [...assumed].filter(([k, length]) => !sameSize(lengthIn(loop.body.yields[k]!, facts), length));
    if (wrong.length === 0 || before === null) break;
    for (const [k] of wrong) assumed.delete(k);
    restore(facts, before);
  }
  for (const [k, length] of assumed) if (loop.results[k] !== undefined) facts.lengths.set(loop.results[k].id, length);
  return new Set(assumed.keys());
}

/** An array that begins empty and grows by one element in each iteration from 0 on. */
function learnGrown(result: ValueId, end: ValueId, high: Size | undefined, facts: Facts): void {
  if (typeof high === 'number') facts.lengths.set(result, Math.max(0, high || 0));
  else if (high !== undefined) facts.lengths.set(result, high);
  else facts.counts.set(result, end);
}

/** The instruction of the region itself that makes the value. */
export const madeIn = (region: Region, id: ValueId): Instruction | undefined =>
  region.body.find((i) => 'result' in i && i.result.id === id);

/** Whether a carried array is yielded with as many elements as it came with. */
function keepsLength(body: Region, yielded: ValueId | undefined, arg: ValueId): boolean {
  if (yielded === undefined) return false;
  if (yielded === arg) return true;
  for (const i of body.body) {
    if (i.kind === 'op' && i.result.id === yielded) {
      if (i.op === 'set') return keepsLength(body, i.args[0], arg);
      return i.op === 'select' && keepsLength(body, i.args[1], arg) && keepsLength(body, i.args[2], arg);
    }
    if (i.kind === 'if' || i.kind === 'for') {
      const k = i.results.findIndex((r) => r.id === yielded);
      if (k === -1) continue;
      if (i.kind === 'if') return [i.then, i.otherwise].every((side) => keptThrough(body, side, side.yields[k], arg));
      const inner = i.body.args[k + 1];
      return (
        inner !== undefined && keepsLength(i.body, i.body.yields[k], inner.id) && keepsLength(body, i.inits[k], arg)
      );
    }
  }
  return false;
}

/** As `keepsLength`, for what a branch yields, which may have been made in the branch or before it. */
const keptThrough = (body: Region, side: Region, yielded: ValueId | undefined, arg: ValueId): boolean =>
  keepsLength({ ...side, body: [...body.body, ...side.body] }, yielded, arg);

/** The length of what a function gives, where numbers and lengths that it is called with decide it. */
function learnCall(
  result: ValueId | undefined,
  callee: string,
  args: readonly ValueId[],
  facts: Facts,
  results: number,
): void {
  const func = findFunction(facts.program, callee);
  if (func === null || result === undefined || results !== 1 || func.results[0]?.kind !== 'array') return;
  if (facts.depth >= mostDepth) return;
  const inner = factsOf(facts.program, facts.depth + 1);
  func.body.args.forEach((arg, k) => {
    const id = args[k];
    const given = id === undefined ? null : givenOf(id, facts);
    if (given === null) return;
    if ('number' in given) inner.numbers.set(arg.id, given.number);
    else inner.lengths.set(arg.id, given.length);
  });
  learn(func.body, inner);
  const length = inner.lengths.get(func.body.yields[0] ?? -1);
  if (typeof length === 'number') facts.lengths.set(result, length);
}

function givenOf(id: ValueId, facts: Facts): Given {
  const number = facts.numbers.get(id);
  if (number !== undefined) return { number };
  const length = facts.lengths.get(id);
  return typeof length === 'number' ? { length } : null;
}
