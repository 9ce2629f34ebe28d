/** Arrays and tuples of which the length is known. */
import type { RuntimeValue } from '../../../ir/values.js';
import { type Held, known, leave, partsOf, rangeOf, tableOf } from './held.js';
import { byRow, elementsOf, operation, rowOf, rowWithin, selected } from './operations.js';
import { failUnless, flagOf, spend, type Writing } from './writing.js';

/** Elements that are told apart by comparing the index with each number. */
const mostCompared = 16;
/** Elements of an array whose elements are held one by one. */
const mostParts = 4096;

const lengthOfKnown = (value: RuntimeValue): number =>
  typeof value === 'object' && 'length' in value ? value.length : leave();

/** How many elements. */
export function length(w: Writing, array: Held): Held {
  if (array.kind === 'parts') return known(array.parts.length);
  return byRow(w, [array], ([value]) => lengthOfKnown(value!)) ?? leave();
}

/** What stands for an element that is not there: nobody reads it without a fault. */
const nothing = (element: 'number' | 'value'): RuntimeValue => (element === 'number' ? Number.NaN : []);

function elementOf(array: RuntimeValue, index: RuntimeValue): RuntimeValue | undefined {
  if (typeof array !== 'object' || 'hi' in array || typeof index !== 'number') return undefined;
  return array[index];
}

/** The element at an index; a fault where there is none. */
export function element(w: Writing, array: Held, index: Held, slot: 'number' | 'value'): Held {
  if (array.kind === 'parts') return partAt(w, array.parts, index, slot);
  const found = byRow(w, [array, index], ([a, i]) => elementOf(a!, i!) ?? nothing(slot));
  if (found !== null) {
    const there = byRow(w, [array, index], ([a, i]) => (elementOf(a!, i!) === undefined ? 0 : 1));
    if (there !== null) failUnless(w, flagOf(w, there));
    return found;
  }
  if (array.kind === 'known') {
    const elements = elementsOf(array)?.map((e) => (e.kind === 'known' ? e.value : leave()));
    if (elements === undefined || elements.length === 0) return leave();
    return tableOf(rowOf(w, index, elements.length), elements);
  }
  if (array.kind !== 'table') return leave();
  const width = array.values.reduce<number>((most, value) => Math.max(most, lengthOfKnown(value)), 0);
  const row = rowWithin(w, array, index, width);
  spend(w, row.count);
  const at = (r: number): RuntimeValue | undefined => elementOf(array.values[Math.floor(r / width)]!, r % width);
  const places = Array.from({ length: row.count }, (_, r) => at(r));
  failUnless(
    w,
    flagOf(
      w,
      tableOf(
        row,
        places.map((value) => (value === undefined ? 0 : 1)),
      ),
    ),
  );
  return tableOf(
    row,
    places.map((value) => value ?? nothing(slot)),
  );
}

function partAt(w: Writing, parts: readonly Held[], index: Held, slot: 'number' | 'value'): Held {
  if (index.kind === 'known') {
    const found = typeof index.value === 'number' ? parts[index.value] : undefined;
    if (found !== undefined) return found;
    failUnless(w, false);
    return known(nothing(slot));
  }
  checkPlace(w, index, parts.length);
  return parts.reduceRight((later, part, k) => {
    if (k === parts.length - 1) return part;
    return selected(w, flagOf(w, operation(w, 'eq', [index, known(k)])), part, later);
  });
}

/** Fails where the index is not the number of one of few elements. */
function checkPlace(w: Writing, index: Held, count: number): void {
  if (count === 0 || count > mostCompared || w.mode === 'tabling') leave();
  const range = rangeOf(index);
  if (range === null || range[0] < 0 || range[1] >= count) rowOf(w, index, count);
}

/** The array with one element replaced, or with `extend` with elements in between that are absent. */
export function updated(
  w: Writing,
  array: Held,
  index: Held,
  value: Held,
  { extend, absent }: { readonly extend: boolean; readonly absent: Held },
): Held {
  const elements = elementsOf(array);
  if (elements === null) return leave();
  spend(w, elements.length / 16);
  if (index.kind === 'known') {
    const at = index.value;
    const most = extend ? mostParts : elements.length;
    if (typeof at !== 'number' || !(Number.isInteger(at) && at >= 0 && at < most)) {
      if (extend) leave();
      failUnless(w, false);
      return array;
    }
    if (at >= w.options.limits.elements) leave();
    const next = [...elements];
    while (next.length < at) next.push(absent);
    next[at] = value;
    return partsOf(next);
  }
  if (extend) leave();
  checkPlace(w, index, elements.length);
  return partsOf(elements.map((part, k) => selected(w, flagOf(w, operation(w, 'eq', [index, known(k)])), value, part)));
}

/** The array with one more element behind. */
export function appended(w: Writing, array: Held, value: Held): Held {
  const elements = elementsOf(array) ?? leave();
  if (elements.length >= Math.min(mostParts, w.options.limits.elements)) leave();
  spend(w, elements.length / 16);
  return partsOf([...elements, value]);
}

/** So many of the same. */
export function filled(w: Writing, count: Held, value: Held): Held {
  const wanted = count.kind === 'known' && typeof count.value === 'number' ? Math.max(0, count.value || 0) : leave();
  if (!(wanted <= Math.min(mostParts, w.options.limits.elements))) leave();
  spend(w, wanted / 16);
  return partsOf(Array<Held>(wanted).fill(value));
}
