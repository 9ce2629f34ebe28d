/** Expressions of the low form, by what is known of their operands. */

import { get, i32, v128 } from '../../../runtime/assembly/instructions.js';
import { mixHi, mixLo } from '../../../runtime/random/address.js';
import type { Expression, NoiseSource, Operand } from '../../low.js';
import { appended, element, filled, length, updated } from './arrays.js';
import { type Held, known, leave, partsOf, rangeOf, type Table } from './held.js';
import { byRow, elementsOf, operation, power, rowOf } from './operations.js';
import { define, failUnless, flagOf, shared, type Writing } from './writing.js';

/** What is known of the locals of a function, by their numbers. */
export type Frame = Map<number, Held>;

/** What is known of an operand. */
export function heldOf(w: Writing, frame: Frame, operand: Operand): Held {
  switch (operand.kind) {
    case 'local':
      return frame.get(operand.id) ?? leave();
    case 'literal':
      return known(operand.value);
    case 'constant':
      return known(w.low.constants[operand.index] ?? leave());
  }
}

/** The value of an expression. */
export function evaluated(w: Writing, frame: Frame, e: Expression): Held {
  const held = (operand: Operand): Held => heldOf(w, frame, operand);
  switch (e.kind) {
    case 'scalar':
      return operation(w, e.op, e.args.map(held));
    case 'power':
      return power(w, held(e.base), e.exponent);
    case 'power_any': {
      const exponent = held(e.exponent);
      return exponent.kind === 'known' && typeof exponent.value === 'number'
        ? power(w, held(e.base), exponent.value)
        : leave();
    }
    case 'to_enum':
      return label(w, held(e.from), e.members);
    case 'equal_text':
      return byRow(w, e.args.map(held), ([a, b]) => ((a === b) !== e.negate ? 1 : 0)) ?? leave();
    case 'mix': {
      const mix = e.half === 'hi' ? mixHi : mixLo;
      const parts = [held(e.hi), held(e.lo), held(e.index)];
      return byRow(w, parts, ([hi, lo, index]) => mix(Number(hi), Number(lo), e.site, Number(index))) ?? leave();
    }
    case 'length':
      return length(w, held(e.array));
    case 'index':
      return element(w, held(e.array), held(e.index), e.element);
    case 'update':
      return updated(w, held(e.array), held(e.index), held(e.value), { extend: e.extend, absent: held(e.absent) });
    case 'append':
      return appended(w, held(e.array), held(e.value));
    case 'fill':
      return filled(w, held(e.count), held(e.value));
    case 'array':
    case 'box':
      return partsOf(e.parts.map(held));
    case 'unbox':
      return unboxed(w, held(e.from), e.position);
    case 'copy':
      return held(e.array);
    case 'noise':
      return noise(w, frame, e.source);
    case 'reals':
    case 'extern':
    case 'stream_known':
    case 'replay':
    case 'placed':
      return leave();
  }
}

function unboxed(w: Writing, from: Held, position: number): Held {
  if (from.kind === 'table') return element(w, from, known(position), 'value');
  return elementsOf(from)?.[position] ?? leave();
}

/** The number of a member, or a fault. */
function label(w: Writing, from: Held, members: number): Held {
  const range = rangeOf(from);
  if (range !== null && range[0] >= 0 && range[1] < members) return from;
  if (from.kind !== 'lanes') {
    const inside = byRow(w, [from], ([i]) => (Number.isInteger(i) && Number(i) >= 0 && Number(i) < members ? 1 : 0));
    failUnless(w, flagOf(w, inside ?? leave()));
    return from;
  }
  return { kind: 'lanes', local: rowOf(w, from, members).local, flag: false, range: [0, members - 1] };
}

/** A number of noise that was filled in before. */
function noise(w: Writing, frame: Frame, source: NoiseSource): Held {
  if (source.kind !== 'column' || w.mode === 'tabling') return leave();
  const { group } = source;
  const slot = source.slot === null ? known(0) : heldOf(w, frame, source.slot);
  const { chunk, groups } = w.places;
  const base = groups[group] ?? leave();
  if (slot.kind === 'known') {
    const at = base + 8 * chunk * Number(slot.value);
    return shared(w, `noise ${at}`, () => define(w, () => v128.load(get(w.pair), at), false));
  }
  if (slot.kind !== 'table' || !slot.row.shared) return leave();
  const [first, step] = stepsOf(slot);
  const local = slot.row.local;
  return define(
    w,
    () => v128.load(i32.add(get(w.pair), i32.mul(get(local), i32.of(chunk * step))), base + 8 * chunk * first),
    false,
  );
}

/** The first of numbers that rise by the same step, and the step. */
function stepsOf({ values }: Table): readonly [number, number] {
  const [first, second] = [Number(values[0]), Number(values[1])];
  const step = second - first;
  const even = values.every((value, k) => value === first + k * step);
  return even && first >= 0 && step >= 0 ? [first, step] : leave();
}
