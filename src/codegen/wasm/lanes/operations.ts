/** Operations on values of which something is known. */
import { powerOf } from '../../../ir/primitives.js';
import type { RuntimeValue } from '../../../ir/values.js';
import type { Code } from '../../../runtime/assembly/code.js';
import { f64x2, get, i32, set, types, v128 } from '../../../runtime/assembly/instructions.js';
import { cosLanes, sinCosLanes, sinLanes } from '../../../runtime/math/sine_routines.js';
import type { ScalarOp } from '../../low.js';
import { evaluateScalar } from '../../scalar.js';
import type { Value } from '../contract.js';
import {
  type Held,
  inRow,
  joined,
  type Known,
  keyOf,
  known,
  type Lanes,
  leave,
  newId,
  partsOf,
  type Row,
  rangeOf,
  rangeOfResult,
  type Table,
  tableOf,
} from './held.js';
import {
  define,
  failUnless,
  flagOf,
  heldFlag,
  numberCode,
  numberLocal,
  recall,
  shared,
  spend,
  type Writing,
} from './writing.js';

/** Rows of a table at most. */
const mostRows = 65536;

const isTabled = (held: Held): held is Known | Table => held.kind === 'known' || held.kind === 'table';

/** What `value` gives in each row that the arguments hang on; null where they hang on more, or are not known. */
export function byRow(
  w: Writing,
  args: readonly Held[],
  value: (args: readonly RuntimeValue[]) => RuntimeValue,
): Held | null {
  if (!args.every(isTabled)) return null;
  const tables = args.filter((a) => a.kind === 'table');
  if (tables.length === 0) return known(value(args.map((a) => inRow(a, 0))));
  const row = commonRow(w, tables);
  if (row === null) return null;
  spend(w, row.count);
  const spread = args.map((a) => spreadOver(a, row));
  return tableOf(
    row,
    Array.from({ length: row.count }, (_, r) => value(spread.map((a) => inRow(a, r)))),
  );
}

const isRow = (found: unknown): found is Row => typeof found === 'object' && found !== null && 'shared' in found;

/** The row that all tables hang on: of several loops, one for each combination of their iterations. */
function commonRow(w: Writing, tables: readonly Table[]): Row | null {
  const rows = [...new Set(tables.map((t) => t.row))];
  const [first] = rows;
  if (first === undefined || rows.length === 1) return first ?? null;
  if (rows.some((row) => !row.shared)) return null;
  const loops = [...new Set(rows.flatMap((row) => row.loops))].sort((a, b) => a.id - b.id);
  const own = rows.find((row) => row.loops.length === loops.length);
  if (own !== undefined) return own;
  const count = loops.reduce((n, loop) => n * loop.count, 1);
  if (count > mostRows) return null;
  const key = `rows ${loops.map((l) => l.id).join()}`;
  const before = recall(w, key, isRow);
  if (before !== null) return before;
  const local = w.mode === 'real' ? w.site.locals.fresh(types.i32) : 0;
  if (w.mode === 'real')
    w.code.push(
      set(
        local,
        loops
          .slice(1)
          .reduce((code, loop) => i32.add(i32.mul(code, i32.of(loop.count)), get(loop.local)), get(loops[0]!.local)),
      ),
    );
  const row: Row = { id: newId(), count, shared: true, local, loops };
  w.memo.found.set(key, row);
  return row;
}

/** The same values by a row that stands for more loops. */
function spreadOver(held: Known | Table, row: Row): Known | Table {
  if (held.kind === 'known' || held.row === row) return held;
  const place = (r: number): number => {
    let at = 0;
    let rest = r;
    let below = row.count;
    for (const loop of row.loops) {
      below /= loop.count;
      const own = Math.floor(rest / below);
      rest -= own * below;
      if (held.row.loops.includes(loop)) at = at * loop.count + own;
    }
    return at;
  };
  const values = Array.from({ length: row.count }, (_, r) => held.values[place(r)]!);
  return { kind: 'table', id: newId(), row, values };
}

const expensive: Readonly<Partial<Record<ScalarOp, number>>> = {
  exp: 12,
  log: 12,
  sin: 20,
  cos: 20,
  pow: 60,
  mod: 40,
  div: 3,
  sqrt: 4,
};

const asValue = (w: Writing, held: Held): Value => {
  if (held.kind === 'lanes' && held.flag) return { code: get(held.local), flag: true };
  return { code: numberCode(w, held), flag: false };
};

const takesFlags = (op: ScalarOp): boolean => op === 'and' || op === 'or' || op === 'not';

/** An operation on numbers. */
export function operation(w: Writing, op: ScalarOp, args: readonly Held[]): Held {
  const simple = simplified(w, op, args);
  if (simple !== null) return simple;
  return shared(w, `${op} ${args.map(keyOf).join()}`, () => {
    const tabled = byRow(w, args, (values) => evaluateScalar(op, values.map(Number)));
    if (tabled !== null) return tabled;
    if (w.mode === 'tabling') return leave();
    if (op === 'select') return selected(w, flagOf(w, args[0]!), args[1]!, args[2]!);
    if (w.mode === 'real' && (op === 'sin' || op === 'cos')) return turned(w, op, args[0]!);
    const values = args.map((a): Value => {
      if (!takesFlags(op)) return asValue(w, a);
      const flag = flagOf(w, a);
      return typeof flag === 'boolean' ? leave() : { code: get(flag.local), flag: true };
    });
    const made = w.mode === 'dry' ? { code: [], flag: givesFlag(op) } : w.arithmetic.apply(w.site, op, values);
    const range = rangeOfResult(op, rangeOf(args[0]!), args[1] === undefined ? null : rangeOf(args[1]));
    return define(w, () => made.code, made.flag, range, expensive[op] ?? 1);
  });
}

const isHeldLanes = (found: unknown): found is Lanes =>
  typeof found === 'object' && found !== null && 'kind' in found && found.kind === 'lanes';

/** Sine or cosine. Where the other one of the angle is at hand, its code is written anew, for both: what they are made of is the same. */
function turned(w: Writing, op: 'sin' | 'cos', angle: Held): Lanes {
  const x = numberCode(w, angle);
  const other = recall(w, `${op === 'sin' ? 'cos' : 'sin'} ${keyOf(angle)}`, isHeldLanes);
  const code = other === null ? undefined : w.turns.get(other.local);
  const local = w.site.locals.fresh(types.v128);
  const found: Lanes = { kind: 'lanes', local, flag: false, range: null };
  if (other !== null && code !== undefined) {
    const [sine, cosine] = op === 'sin' ? [local, other.local] : [other.local, local];
    code.splice(0, code.length, w.site.link.call(sinCosLanes, x), set(cosine, []), set(sine, []));
    w.turns.delete(other.local);
    return found;
  }
  const own = [set(local, w.site.link.call(op === 'sin' ? sinLanes : cosLanes, x))];
  w.turns.set(local, own);
  w.code.push(own);
  w.cost += 20;
  return found;
}

const flags: ReadonlySet<ScalarOp> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'not', 'is_number']);
const givesFlag = (op: ScalarOp): boolean => flags.has(op);

/** Where one argument that is known decides, or what is left is another. Exact for every double. */
function simplified(w: Writing, op: ScalarOp, args: readonly Held[]): Held | null {
  const [a, b] = args;
  if (a === undefined) return null;
  const is = (held: Held | undefined, value: number): boolean => held?.kind === 'known' && Object.is(held.value, value);
  const tabled = args.every(isTabled);
  switch (op) {
    case 'to_real':
    case 'to_int':
      return a;
    case 'is_number':
      return rangeOf(a) === null ? null : known(1);
    case 'mul':
      if (is(a, 1)) return b ?? null;
      return is(b, 1) ? a : null;
    case 'div':
      return is(b, 1) ? a : null;
    case 'sub':
      return is(b, 0) ? a : null;
    case 'and':
    case 'or': {
      const decides = op === 'or';
      const [x, y] = [flagOfKnown(a), flagOfKnown(b)];
      if (x === decides || y === decides) return known(decides ? 1 : 0);
      if (tabled || b === undefined) return null;
      if (x !== null) return heldFlag(flagOf(w, b));
      return y === null ? null : heldFlag(flagOf(w, a));
    }
    case 'not': {
      const x = flagOfKnown(a);
      return x === null ? null : known(x ? 0 : 1);
    }
    case 'select': {
      const x = flagOfKnown(a);
      return x === null ? null : (args[x ? 1 : 2] ?? null);
    }
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return compared(op, a, b);
    default:
      return null;
  }
}

const flagOfKnown = (held: Held | undefined): boolean | null => (held?.kind === 'known' ? held.value === 1 : null);

/** A comparison that the ranges decide. */
function compared(op: 'lt' | 'le' | 'gt' | 'ge', a: Held, b: Held | undefined): Held | null {
  const [x, y] = [rangeOf(a), b === undefined ? null : rangeOf(b)];
  if (x === null || y === null) return null;
  const decided = (always: boolean, never: boolean): Held | null => (always ? known(1) : never ? known(0) : null);
  switch (op) {
    case 'lt':
      return decided(x[1] < y[0], x[0] >= y[1]);
    case 'le':
      return decided(x[1] <= y[0], x[0] > y[1]);
    case 'gt':
      return decided(x[0] > y[1], x[1] <= y[0]);
    case 'ge':
      return decided(x[0] >= y[1], x[1] < y[0]);
  }
}

const isTruth = (held: Held): boolean =>
  (held.kind === 'lanes' && held.flag) || (held.kind === 'known' && (held.value === 0 || held.value === 1));

/** `a` where the flag is set, else `b`. */
export function selected(w: Writing, flag: Lanes | boolean, a: Held, b: Held): Held {
  if (typeof flag === 'boolean') return flag ? a : b;
  if (keyOf(a) === keyOf(b)) return a;
  if (w.mode === 'tabling') return leave();
  const [x, y] = [elementsOf(a), elementsOf(b)];
  if (x !== null || y !== null) {
    if (x === null || y === null || x.length !== y.length) return leave();
    return partsOf(x.map((part, k) => selected(w, flag, part, y[k]!)));
  }
  return shared(w, `select ${keyOf(flag)},${keyOf(a)},${keyOf(b)}`, () => {
    if (isTruth(a) && isTruth(b) && (a.kind === 'lanes' || b.kind === 'lanes')) return selectedTruth(w, flag, a, b);
    const range = joined(rangeOf(a), rangeOf(b));
    return define(w, () => w.arithmetic.select(get(flag.local), numberCode(w, a), numberCode(w, b)), false, range);
  });
}

function selectedTruth(w: Writing, flag: Lanes, a: Held, b: Held): Held {
  const mask = get(flag.local);
  const [x, y] = [flagOf(w, a), flagOf(w, b)];
  const code = (): Code => {
    if (typeof x !== 'boolean' && typeof y !== 'boolean') return v128.select(get(x.local), get(y.local), mask);
    if (typeof y !== 'boolean') return x === true ? v128.or(mask, get(y.local)) : v128.without(get(y.local), mask);
    if (typeof x === 'boolean') return leave();
    return y ? v128.or(get(x.local), v128.not(mask)) : v128.and(get(x.local), mask);
  };
  return define(w, code, true);
}

/** Elements of an array or tuple; null for other values, and for tables of arrays. */
export function elementsOf(held: Held): readonly Held[] | null {
  if (held.kind === 'parts') return held.parts;
  if (held.kind !== 'known' || typeof held.value !== 'object' || 'hi' in held.value) return null;
  return Array.from<RuntimeValue, Held>(held.value, known);
}

/** base^exponent for a whole exponent. */
export function power(w: Writing, base: Held, exponent: number): Held {
  return shared(w, `power${exponent} ${keyOf(base)}`, () => {
    const tabled = byRow(w, [base], ([value]) => powerOf(Number(value), exponent));
    if (tabled !== null) return tabled;
    return define(w, () => w.arithmetic.power(w.site, numberCode(w, base), exponent), false, null, 4);
  });
}

/** Fails where the value is not a whole number from 0 to count - 1; gives the row of that number. */
export function rowOf(w: Writing, index: Held, count: number): Row {
  if (w.mode === 'tabling' || count > mostRows || count === 0) return leave();
  const key = `row ${keyOf(index)} ${count}`;
  const before = recall(w, key, isRow);
  if (before !== null) return before;
  const range = rangeOf(index);
  let local = numberLocal(w, index);
  if (!(range !== null && range[0] >= 0 && range[1] < count)) {
    const number = (): Code => get(local);
    const whole = define(w, () => f64x2.equal(f64x2.floor(number()), number()), true, null, 2);
    const above = operation(w, 'ge', [index, known(0)]);
    const below = operation(w, 'lt', [index, known(count)]);
    const fits = flagOf(w, operation(w, 'and', [whole, operation(w, 'and', [above, below])]));
    if (typeof fits === 'boolean') return leave();
    failUnless(w, fits);
    const from = local;
    local = define(w, () => v128.and(get(from), get(fits.local)), false, [0, count - 1]).local;
  }
  const row: Row = { id: newId(), count, shared: false, local, loops: [] };
  w.memo.found.set(key, row);
  return row;
}

/** The row that a table's row and an index of its entries make together, where each has so many. */
export function rowWithin(w: Writing, table: Table, index: Held, width: number): Row {
  if (table.row.count * width > mostRows) return leave();
  const key = `within ${table.row.id} ${keyOf(index)} ${width}`;
  const before = recall(w, key, isRow);
  if (before !== null) return before;
  const inner = rowOf(w, index, width);
  const numbers = Array.from({ length: table.row.count }, (_, r) => r * width);
  const outer = table.row.shared
    ? numberLocal(w, tableOf(table.row, numbers))
    : operation(w, 'mul', [
        { kind: 'lanes', local: table.row.local, flag: false, range: [0, table.row.count - 1] },
        known(width),
      ]);
  const start = typeof outer === 'number' ? outer : numberLocal(w, outer);
  const { local } = define(w, () => f64x2.add(get(start), get(inner.local)), false);
  const row: Row = { id: newId(), count: table.row.count * width, shared: false, local, loops: [] };
  w.memo.found.set(key, row);
  return row;
}
