/** Values of main while it is written as a loop over all particles: what they hold, and the lines that compute them. */
import { powerOf } from '../../ir/primitives.js';
import type { RuntimeValue } from '../../ir/values.js';
import type { Expression, Local, Operand, StatementOf } from '../low.js';
import { evaluateScalar } from '../scalar.js';
import { powerText, scalarText } from './scalar_text.js';
import {
  computed,
  flagOf,
  type Held,
  isStatic,
  type Known,
  known,
  numberOf,
  type Row,
  rangeOf,
  rowOfBoth,
  type Table,
  type Tables,
  tableOf,
  unfit,
  valuesIn,
} from './straight_values.js';
import { nameOf, type ProgramWriter } from './writer.js';

/** Lines of a loop at most, once it is unrolled. */
const longest = 6000;

/** The state of writing. */
export type Straight = {
  readonly program: ProgramWriter;
  readonly flags: ReadonlySet<number>;
  readonly lines: string[];
  readonly tables: Tables;
  /** What is known of locals, by their ids. */
  readonly held: Map<number, Held>;
  /** Row numbers that were read of values. */
  readonly rows: Map<string, Row>;
  /** The flag of the particles that come to the present place; null for all. */
  readonly mask: string | null;
  /** The flag of what is out of the way. */
  readonly odd: string;
  readonly count: { names: number; statements: number; steps: number; most: number };
};

/** Writes a line; `unfit` where there are too many. */
export function put(s: Straight, text: string): void {
  if (s.lines.push(text) > longest) throw unfit;
}

/** A name that nothing else has. */
export const fresh = (s: Straight, name: string): string => `${name}_${s.count.names++}`;

/** What is known of an operand. */
export function heldOf(s: Straight, o: Operand): Held {
  switch (o.kind) {
    case 'literal':
      if (o.slot !== 'number') throw unfit;
      return known(o.value);
    case 'constant':
      return known(s.program.low.constants[o.index]!, true);
    case 'local': {
      const held = s.held.get(o.id);
      if (held === undefined) throw unfit;
      return held;
    }
  }
}

/** A value as C text of a number. */
export const text = (s: Straight, held: Held): string => numberOf(s.tables, held);
/** A value as C text of a truth value. */
export const flagText = (s: Straight, held: Held): string => flagOf(s.tables, held);

/** A C variable with a value for a local. */
export function declared(
  s: Straight,
  target: Local,
  value: string,
  range: readonly [number, number] | null = null,
): Held {
  const flag = s.flags.has(target.id);
  const name = fresh(s, nameOf(target));
  put(s, `const ${flag ? '_Bool' : 'double'} ${name} = ${value};`);
  return { kind: 'running', text: name, flag, range };
}

/** Values that are numbers. */
export const asNumbers = (values: readonly RuntimeValue[]): readonly number[] =>
  values.map((v) => {
    if (typeof v !== 'number') throw unfit;
    return v;
  });

/** A value of operands that hang on no noise; null where there are others. */
function folded(s: Straight, operands: readonly Operand[], compute: (args: readonly number[]) => number): Held | null {
  const values = operands.map((o) => heldOf(s, o));
  if (!values.every(isStatic)) return null;
  return computed(values, (args) => compute(asNumbers(args)));
}

/** The value of a local, computed meanwhile where that is possible. */
export function straightSet(s: Straight, { target, value: e }: StatementOf<'set'>): Held {
  switch (e.kind) {
    case 'scalar': {
      const static_ = folded(s, e.args, (args) => evaluateScalar(e.op, args));
      if (static_ !== null) return static_;
      // The one is a call of a library, the other of the host.
      if (e.op === 'mod' || e.op === 'pow') throw unfit;
      const args = e.args.map((o) => heldOf(s, o));
      if (e.op === 'to_real' || e.op === 'to_int') return args[0]!;
      const texts = args.map((held) => ({ number: text(s, held), flag: flagText(s, held) }));
      return declared(s, target, scalarText(e.op, texts, s.odd).text);
    }
    case 'power': {
      if (!(Math.abs(e.exponent) < 2 ** 31)) throw unfit;
      const static_ = folded(s, [e.base], ([base]) => powerOf(base!, e.exponent));
      if (static_ !== null) return static_;
      const lines = powerText(fresh(s, nameOf(target)), text(s, heldOf(s, e.base)), e.exponent);
      for (const t of lines.slice(0, -1)) put(s, t);
      return declared(s, target, lines.at(-1) ?? '1.0');
    }
    case 'noise': {
      if (e.source.kind !== 'column') throw unfit;
      const slot = e.source.slot === null ? known(0) : heldOf(s, e.source.slot);
      if (slot.kind !== 'known') throw unfit;
      return declared(s, target, `g${e.source.group}[${slot.value} * STRIDE + q]`);
    }
    case 'to_enum':
      return straightEnum(s, e);
    case 'length': {
      const array = heldOf(s, e.array);
      if (!isStatic(array)) throw unfit;
      const found = computed([array], ([value]) => lengthOf(value!));
      // The text hangs on the shape of data.
      return found?.kind === 'known' ? known(found.value) : (found ?? never());
    }
    case 'index':
      return straightIndex(s, heldOf(s, e.array), heldOf(s, e.index));
    default:
      throw unfit;
  }
}

const never = (): never => {
  throw unfit;
};

function lengthOf(value: RuntimeValue): number {
  if (value instanceof Float64Array || Array.isArray(value)) return value.length;
  throw unfit;
}

function elementOf(value: RuntimeValue, index: RuntimeValue): RuntimeValue {
  if (!(value instanceof Float64Array || Array.isArray(value)) || typeof index !== 'number') throw unfit;
  const element: RuntimeValue | undefined = value[index];
  if (element === undefined) throw unfit;
  return element;
}

function straightEnum(s: Straight, e: Extract<Expression, { readonly kind: 'to_enum' }>): Held {
  const from = heldOf(s, e.from);
  const range = rangeOf(from);
  if (range !== null && range[0] >= 0 && range[1] < e.members) return from;
  const number = text(s, from);
  put(s, `${s.odd} |= !((${number} >= 0) & (${number} < ${e.members}) & (${number} == floor(${number})));`);
  return from;
}

/** An element of an array that hangs on no noise; an index outside reads the first one. */
function straightIndex(s: Straight, array: Held, index: Held): Held {
  if (!isStatic(array)) throw unfit;
  if (index.kind === 'known') return computed([array, index], ([value, at]) => elementOf(value!, at!)) ?? never();
  const row = index.kind === 'table' ? index.row : rowOf(s, index, commonLength(array));
  const both = array.kind === 'known' ? row : rowOfBoth(s.tables, array.row, row);
  const arrays = valuesIn(array, both);
  const at = valuesIn(index.kind === 'table' ? index : rowNumbers(row), both);
  return tableOf(
    both,
    arrays.map((value, r) => elementOf(value, at[r]!)),
  );
}

const rowNumbers = (row: Row): Table => ({
  kind: 'table',
  row,
  values: Array.from({ length: row.count }, (_, r) => r),
});

function commonLength(array: Known | Table): number {
  const lengths = (array.kind === 'known' ? [array.value] : array.values).map(lengthOf);
  const [length] = lengths;
  if (length === undefined || length === 0 || length >= 2 ** 31 || lengths.some((other) => other !== length))
    throw unfit;
  return length;
}

/** The row of a number that is found when running. */
function rowOf(s: Straight, index: Held, count: number): Row {
  const at = text(s, index);
  const key = `${at} ${count} ${s.odd}`;
  const there = s.rows.get(key);
  if (there !== undefined) return there;
  const name = fresh(s, 'row');
  const range = rangeOf(index);
  if (range !== null && range[0] >= 0 && range[1] < count) put(s, `const int32_t ${name} = (int32_t)${at};`);
  else {
    put(s, `const _Bool ${name}f = (${at} >= 0) & (${at} < ${count}) & (${at} == floor(${at}));`);
    put(s, `${s.odd} |= !${name}f;`);
    put(s, `const int32_t ${name} = ${name}f ? (int32_t)${at} : 0;`);
  }
  const row: Row = { name, count, pair: null };
  s.rows.set(key, row);
  return row;
}
