/** C text of what makes, reads and changes arrays. */
import type { PlaceId } from '../../ir/ir.js';
import type { ElementSlot, Expression, Local, Operand } from '../low.js';
import { flagText, indented, line, nameOf, text, type Writer } from './writer.js';

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>;

/** The member of a cell that an operand goes into. */
const memberFor = (o: Operand): string => (o.slot === 'number' ? 'number' : 'value');
const memberOf = (element: ElementSlot): string => element;

/** Declares a local. */
export const declare = (w: Writer, l: Local, value: string): void =>
  line(
    w,
    `${l.slot === 'value' ? 'value' : w.flags.has(l.id) ? 'const _Bool' : l.slot === 'word' ? 'const int32_t' : 'const double'} ${nameOf(l)} = ${value};`,
  );

const store = (w: Writer, array: string, index: string, o: Operand): void =>
  line(w, `${array}->cells[${index}].${memberFor(o)} = ${text(w, o)};`);

/** The text of an array's length. */
export const lengthText = (w: Writer, array: Operand): string => `(double)${text(w, array)}->length`;

/** Reads an element, with its check. */
export function emitIndex(w: Writer, target: Local, e: Of<'index'>, at: PlaceId): void {
  const array = text(w, e.array);
  declare(
    w,
    target,
    `${array}->cells[checked(k, ${text(w, e.index)}, ${array}->length, ${at})].${memberOf(e.element)}`,
  );
}

const limited = (w: Writer, length: string, at: PlaceId): void =>
  line(w, `if (${length} > ${w.program.options.limits.elements}) fail_elements(k, ${at});`);

/** An array with another element at an index, or one more at its end; in its own place where that may be. */
export function emitUpdate(w: Writer, target: Local, e: Of<'update' | 'append'>, at: PlaceId): void {
  const name = nameOf(target);
  const from = text(w, e.array);
  const inPlace = w.owned.inPlace.has(target.id);
  const longer = (length: string): string => `${inPlace ? 'lengthened' : 'copied'}(k, ${from}, ${length})`;
  const same = inPlace ? from : `copied(k, ${from}, ${from}->length)`;
  if (e.kind === 'append') {
    line(w, `const int64_t ${name}i = ${from}->length;`);
    limited(w, `${name}i + 1`, at);
    line(w, `value ${name} = ${longer(`${name}i + 1`)};`);
    store(w, name, `${name}i`, e.value);
    return;
  }
  const index = text(w, e.index);
  if (!e.extend) {
    line(w, `const int64_t ${name}i = checked(k, ${index}, ${from}->length, ${at});`);
    line(w, `value ${name} = ${same};`);
    store(w, name, `${name}i`, e.value);
    return;
  }
  line(w, `if (!is_whole(${index})) fail_index(k, ${index}, ${lengthText(w, e.array)}, ${at});`);
  limited(w, `${index} + 1`, at);
  line(w, `const int64_t ${name}i = (int64_t)${index}, ${name}b = ${from}->length;`);
  line(w, `value ${name};`);
  line(w, `if (${name}i < ${name}b) ${name} = ${same};`);
  line(w, 'else {');
  indented(w, () => {
    line(w, `${name} = ${longer(`${name}i + 1`)};`);
    line(w, `fill_${e.element}s(${name}, ${name}b, ${name}i, ${e.element === 'number' ? 'NAN' : text(w, e.absent)});`);
  });
  line(w, '}');
  store(w, name, `${name}i`, e.value);
}

/** An array of as many equal elements as is said. */
export function emitFill(w: Writer, target: Local, e: Of<'fill'>, at: PlaceId): void {
  const name = nameOf(target);
  const count = text(w, e.count);
  line(w, `const double ${name}c = ${count} > 0 ? ${count} : 0;`);
  limited(w, `${name}c`, at);
  line(w, `value ${name} = new_array(k, (int64_t)${name}c);`);
  line(w, `fill_${memberFor(e.value)}s(${name}, 0, ${name}->length, ${text(w, e.value)});`);
}

/** An array of known parts, or a boxed tuple. */
export function emitParts(w: Writer, target: Local, e: Of<'array' | 'box'>): void {
  const name = nameOf(target);
  line(w, `value ${name} = new_array(k, ${e.parts.length});`);
  const [first] = e.parts;
  const one = first === undefined ? '' : text(w, first);
  if (first !== undefined && e.parts.length > 8 && e.parts.every((o) => text(w, o) === one)) {
    line(w, `fill_${memberFor(first)}s(${name}, 0, ${e.parts.length}, ${one});`);
    return;
  }
  e.parts.forEach((part, position) => {
    store(w, name, String(position), part);
  });
}

export const copyText = (w: Writer, { array }: Of<'copy'>): string =>
  `copied(k, ${text(w, array)}, ${text(w, array)}->length)`;

export const unboxText = (w: Writer, target: Local, e: Of<'unbox'>): string =>
  `${text(w, e.from)}->cells[${e.position}].${target.slot === 'number' ? 'number' : 'value'}`;

/** Whether two strings are the same: equal strings have one number. */
export const equalText = (w: Writer, { args, negate }: Of<'equal_text'>): string =>
  `${text(w, args[0]!)} ${negate ? '!=' : '=='} ${text(w, args[1]!)}`;

/** A label, checked. */
export function emitLabel(w: Writer, target: Local, { from, members }: Of<'to_enum'>, at: PlaceId): void {
  const number = text(w, from);
  line(w, `if (!(is_whole(${number}) && ${number} < ${members})) fail_label(k, ${number}, ${members}, ${at});`);
  declare(w, target, w.flags.has(target.id) ? flagText(w, from) : number);
}
