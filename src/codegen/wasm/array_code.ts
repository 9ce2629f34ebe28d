/** Code of what makes, reads and changes arrays. */
import type { PlaceId } from '../../ir/ir.js';
import type { Code } from '../../runtime/assembly/code.js';
import { f64, get, i32, set, tee, types, when } from '../../runtime/assembly/instructions.js';
import type { ElementSlot, Expression, Local, Operand } from '../low.js';
import { copyArray, fillNumbers, fillValues, headBytes, lengthenArray, lengthOf, newArray } from './arena.js';
import { failCode, failing, mostCells } from './faults.js';
import { numberOf, operandAs, placeCode, placeOf, type Writer, wholeOf, wordOf } from './writer.js';

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>;

/** The code of an operand that may be read often: what is no plain local is put into one by `before`. */
type Held = { readonly before: Code; readonly code: () => Code };

function heldWord(w: Writer, o: Operand): Held {
  return { before: [], code: () => wordOf(w, o) };
}

/** An index, checked to be whole and not negative; `wide` is the number itself, for faults. */
type Index = Held & {
  /** 1 where it is no index of any array; null where that cannot be. */
  readonly wrong: (() => Code) | null;
  readonly wide: () => Code;
  /** Greatest value, if known. */
  readonly high: number;
};

function indexOf(w: Writer, o: Operand): Index {
  const whole = wholeOf(w, o);
  if (whole !== null) {
    const at = w.site.locals.fresh(types.i32);
    return {
      before: set(at, whole.code),
      code: () => get(at),
      wrong: whole.low >= 0 ? null : () => i32.lessSigned(get(at), i32.of(0)),
      wide: () => f64.fromSigned(get(at)),
      high: whole.low >= 0 ? whole.high : Number.POSITIVE_INFINITY,
    };
  }
  const wide = w.site.locals.fresh(types.f64);
  const at = w.site.locals.fresh(types.i32);
  return {
    before: [set(wide, numberOf(w, o)), set(at, i32.truncateUnsigned(get(wide)))],
    code: () => get(at),
    wrong: () => f64.unequal(f64.fromUnsigned(get(at)), get(wide)),
    wide: () => get(wide),
    high: Number.POSITIVE_INFINITY,
  };
}

/** Faults unless the index is that of an element. A negative word is greater than any length. */
function checked(w: Writer, index: Index, length: () => Code, at: PlaceId): Code {
  const outside = i32.atLeast(index.code(), length());
  const wrong = index.wrong === null || index.high < Number.POSITIVE_INFINITY ? null : index.wrong();
  return when(
    wrong === null ? outside : i32.or(outside, wrong),
    failCode(w.site.link, failing.index, index.wide(), length(), placeCode(at)),
  );
}

const cellAt = (array: Code, index: Code): Code => i32.add(array, i32.shl(index, i32.of(3)));

const loadCell = (address: Code, element: ElementSlot, offset: number): Code =>
  element === 'number' ? f64.load(address, offset) : i32.load(address, offset);

function storeCell(w: Writer, address: Code, value: Operand, offset: number): Code {
  return value.slot === 'number'
    ? f64.store(address, numberOf(w, value), offset)
    : i32.store(address, wordOf(w, value), offset);
}

/** How many elements a constant has, null for other operands. */
function constantLength(w: Writer, o: Operand): number | null {
  if (o.kind !== 'constant') return null;
  const value = w.program.low.constants[o.index];
  return value instanceof Float64Array || Array.isArray(value) ? value.length : null;
}

/** The reading of an element, with its check. */
export function indexCode(w: Writer, e: Of<'index'>, at: PlaceId): Code {
  const index = indexOf(w, e.index);
  const known = constantLength(w, e.array);
  if (known !== null && e.array.kind === 'constant') {
    const inside = index.wrong === null && index.high < known;
    return [
      index.before,
      inside ? [] : checked(w, index, () => i32.of(known), at),
      loadCell(i32.shl(index.code(), i32.of(3)), e.element, w.program.constants[e.array.index]! + headBytes),
    ];
  }
  const array = heldWord(w, e.array);
  return [
    index.before,
    checked(w, index, () => lengthOf(array.code()), at),
    loadCell(cellAt(array.code(), index.code()), e.element, headBytes),
  ];
}

export const lengthCode = (w: Writer, { array }: Of<'length'>): Code => f64.fromUnsigned(lengthOf(wordOf(w, array)));

/** The most elements that are asked for at all. */
const limitOf = (w: Writer): number => Math.min(w.program.options.limits.elements, mostCells);

/** Faults where an array would have too many elements. */
const limited = (w: Writer, length: Code, at: PlaceId): Code => {
  const count = w.site.locals.fresh(types.i32);
  return when(
    i32.greater(tee(count, length), i32.of(limitOf(w))),
    failCode(w.site.link, failing.elements, f64.fromUnsigned(get(count)), placeCode(at)),
  );
};

/** Sets `target` to an array with another element at an index, or one more at its end; in its own place where that may be. */
export function updateCode(w: Writer, target: Local, e: Of<'update' | 'append'>, at: PlaceId): Code {
  const { link, locals } = w.site;
  const to = placeOf(w, target);
  const inPlace = w.owned.inPlace.has(target.id);
  const from = heldWord(w, e.array);
  const copied = (length: Code): Code =>
    inPlace
      ? set(to, link.call(lengthenArray, from.code(), length))
      : set(to, link.call(copyArray, from.code(), length));
  if (e.kind === 'append') {
    const length = locals.fresh(types.i32);
    return [
      set(length, lengthOf(from.code())),
      limited(w, i32.add(get(length), i32.of(1)), at),
      copied(i32.add(get(length), i32.of(1))),
      storeCell(w, cellAt(get(to), get(length)), e.value, headBytes),
    ];
  }
  const index = indexOf(w, e.index);
  const length = () => lengthOf(from.code());
  const stored = (): Code => storeCell(w, cellAt(get(to), index.code()), e.value, headBytes);
  if (!e.extend)
    return [index.before, checked(w, index, length, at), inPlace ? set(to, from.code()) : copied(length()), stored()];
  const before = locals.fresh(types.i32);
  const wrong = index.wrong === null ? null : index.wrong();
  const longer: Code = [
    limited(w, i32.add(index.code(), i32.of(1)), at),
    copied(i32.add(index.code(), i32.of(1))),
    // What lies between is absent.
    when(i32.greater(index.code(), get(before)), filled(w, e.element, to, get(before), index.code(), e.absent)),
  ];
  return [
    index.before,
    set(before, length()),
    wrong === null ? [] : when(wrong, failAtIndex(w, index, get(before), at)),
    when(i32.less(index.code(), get(before)), inPlace ? set(to, from.code()) : copied(get(before)), longer),
    stored(),
  ];
}

/** An index that is no whole number from 0 on faults; one that is but fits no word is of an array that is too long. */
function failAtIndex(w: Writer, index: Index, length: Code, at: PlaceId): Code {
  const { link } = w.site;
  const isWhole = i32.and(
    f64.equal(f64.floor(index.wide()), index.wide()),
    i32.and(f64.atLeast(index.wide(), f64.of(0)), f64.less(index.wide(), f64.of(Number.POSITIVE_INFINITY))),
  );
  return when(
    isWhole,
    failCode(link, failing.elements, f64.add(index.wide(), f64.of(1)), placeCode(at)),
    failCode(link, failing.index, index.wide(), length, placeCode(at)),
  );
}

function filled(w: Writer, element: ElementSlot, array: number, from: Code, to: Code, value: Operand): Code {
  const { link } = w.site;
  return element === 'number'
    ? link.call(fillNumbers, get(array), from, to, numberOf(w, value))
    : link.call(fillValues, get(array), from, to, operandAs(w, value, 'value'));
}

/** Sets `target` to an array of as many equal elements as is said. */
export function fillCode(w: Writer, target: Local, e: Of<'fill'>, at: PlaceId): Code {
  const { link, locals } = w.site;
  const to = placeOf(w, target);
  const buffer = w.owned.buffers.get(target.id);
  if (buffer !== undefined && e.element === 'number' && buffer <= limitOf(w))
    return [set(to, bufferCode(w, buffer)), filled(w, 'number', to, i32.of(0), i32.of(buffer), e.value)];
  const wide = locals.fresh(types.f64);
  const count = locals.fresh(types.i32);
  return [
    set(wide, numberOf(w, e.count)),
    when(f64.greater(get(wide), f64.of(limitOf(w))), failCode(link, failing.elements, get(wide), placeCode(at))),
    // Negative numbers and NaN give 0.
    set(count, i32.truncateUnsigned(get(wide))),
    set(to, link.call(newArray, get(count))),
    filled(w, e.element, to, i32.of(0), get(count), e.value),
  ];
}

/** Sets `target` to an array of known parts, or a boxed tuple. */
export function partsCode(w: Writer, target: Local, e: Of<'array' | 'box'>): Code {
  const { parts } = e;
  const to = placeOf(w, target);
  const buffer = w.owned.buffers.get(target.id);
  const made = buffer === undefined ? w.site.link.call(newArray, i32.of(parts.length)) : bufferCode(w, buffer);
  return [set(to, made), parts.map((part, k) => storeCell(w, get(to), part, headBytes + 8 * k))];
}

/** The address of an array of fixed place that serves all runs. */
function bufferCode(w: Writer, length: number): Code {
  const at = w.site.link.reserve(headBytes + 8 * length);
  return [i32.store(i32.of(at), i32.of(length)), i32.store(i32.of(at), i32.of(length), 4), i32.of(at)];
}

export function copyCode(w: Writer, e: Of<'copy'>): Code {
  return w.site.link.call(copyArray, wordOf(w, e.array), lengthOf(wordOf(w, e.array)));
}

export const unboxCode = (w: Writer, target: Local, e: Of<'unbox'>): Code =>
  loadCell(wordOf(w, e.from), target.slot === 'number' ? 'number' : 'value', headBytes + 8 * e.position);
