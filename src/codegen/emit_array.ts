/** Text of what makes, reads and changes arrays. */
import type { Expression, Local } from './low.js';
import { indented, lengthLocal, line, nameOf, rawText, text, type Writer } from './writer.js';

/** Arrays up to this length are filled element by element, which is faster than from a literal. */
const longestFilled = 32;

/** Prints the declaration of a local that is not set again, or with `again` one that is. */
export function declare(w: Writer, l: Local, value: string, again = false): void {
  line(w, `${again ? 'let' : 'const'} ${nameOf(l)} = ${value};`);
}

/** Prints a new array of doubles, in a buffer that serves all runs where it may; false for other expressions. */
export function emitNewNumbers(w: Writer, target: Local, value: Expression): boolean {
  const room = w.program.options.limits.elements;
  if (value.kind === 'fill' && value.element === 'number') {
    const length = w.program.buffers === null ? undefined : w.owned.buffers.get(target.id);
    if (length === undefined || length > room) return false;
    declare(w, target, `${newNumbers(w, target, length)}.fill(${text(w, value.value)})`, true);
    return true;
  }
  if (value.kind !== 'array' || value.element !== 'number' || value.parts.length === 0) return false;
  const { parts } = value;
  const [first] = parts.map((o) => text(w, o));
  if (parts.length > 4 && parts.every((o) => text(w, o) === first)) {
    declare(w, target, `${newNumbers(w, target, parts.length)}.fill(${first})`, true);
    return true;
  }
  if (parts.length > longestFilled) return false;
  declare(w, target, newNumbers(w, target, parts.length), true);
  parts.forEach((part, k) => {
    line(w, `${nameOf(target)}[${k}] = ${text(w, part)};`);
  });
  return true;
}

/** A new array of doubles, or the buffer that takes its place. */
function newNumbers(w: Writer, target: Local, length: number): string {
  const { buffers } = w.program;
  if (buffers === null || !w.owned.buffers.has(target.id)) return `new Float64Array(${length})`;
  return `b${buffers.push(length) - 1}`;
}

/** The length of an array that may grow later. */
export function declareLength(w: Writer, target: Local): void {
  const length = lengthLocal(w, target);
  if (length !== null) declare(w, length, `${nameOf(target)}.length`, true);
}

/** Prints the reading of an element, with its check. */
export function emitIndex(
  w: Writer,
  target: Local,
  e: Extract<Expression, { readonly kind: 'index' }>,
  at: number,
): void {
  const array = rawText(w, e.array);
  const index = text(w, e.index);
  const length = lengthLocal(w, e.array);
  if (length !== null) {
    line(w, `if (!(${index} >= 0 && ${index} < ${nameOf(length)})) failIndex(${index}, ${nameOf(length)}, ${at});`);
    declare(w, target, `${array}[${index}]`);
    return;
  }
  declare(w, target, `${array}[${index}]`);
  line(w, `if (${nameOf(target)} === undefined) failIndex(${index}, ${array}.length, ${at});`);
}

/** Prints an update that changes the array itself. */
export function emitUpdate(
  w: Writer,
  target: Local,
  e: Extract<Expression, { readonly kind: 'update' | 'append' }>,
  at: number,
): void {
  const name = nameOf(target);
  const value = text(w, e.value);
  const from = rawText(w, e.array);
  const length = lengthLocal(w, target);
  const before = lengthLocal(w, e.array);
  declare(w, target, from, true);
  if (length !== null) {
    const size = nameOf(length);
    declare(w, length, before === null ? `${from}.length` : nameOf(before), true);
    const index = e.kind === 'append' ? size : text(w, e.index);
    if (e.kind === 'update' && !e.extend)
      line(w, `if (!(${index} >= 0 && ${index} < ${size})) failIndex(${index}, ${size}, ${at});`);
    else if (e.kind === 'append')
      line(w, `if (${size} === ${name}.length) ${name} = grow(${name}, ${size}, ${size}, ${at});`);
    else {
      // Mostly the next element, for which there is room.
      line(w, `if (${index} === ${size} && ${size} < ${name}.length) ${size}++;`);
      line(w, `else if (!(${index} >= 0 && ${index} < ${size})) {`);
      indented(w, () => {
        line(w, `${name} = grow(${name}, ${size}, ${index}, ${at});`);
        line(w, `${size} = ${index} + 1;`);
      });
      line(w, '}');
    }
    line(w, `${name}[${index}] = ${value};`);
    if (e.kind === 'append') line(w, `${size}++;`);
    return;
  }
  if (e.kind === 'append') {
    line(w, `pushValue(${name}, ${value}, ${at});`);
    return;
  }
  const index = text(w, e.index);
  if (e.extend) {
    line(w, `extendValueInPlace(${name}, ${index}, ${value}, ${text(w, e.absent)}, ${at});`);
    return;
  }
  line(w, `if (${name}[${index}] === undefined) failIndex(${index}, ${name}.length, ${at});`);
  line(w, `${name}[${index}] = ${value};`);
}
