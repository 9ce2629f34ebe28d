/** The state of writing main for two particles at a time. */
import type { KernelOptions } from '../../../ir/engine.js';
import type { RuntimeValue } from '../../../ir/values.js';
import type { Code } from '../../../runtime/assembly/code.js';
import { f64x2, get, i32, i32x4, set, types, v128 } from '../../../runtime/assembly/instructions.js';
import type { LowProgram } from '../../low.js';
import type { Arithmetic, KernelPlaces, Site } from '../contract.js';
import { type Held, known, type Lanes, leave, newId, type Range, type Row, type Table } from './held.js';

/** What was computed before, here or around: key → value. What is found in code that may not be run is forgotten behind it. */
type Memo = { readonly found: Map<string, Held | Row | number>; readonly outer: Memo | null };

export type Writing = {
  readonly site: Site;
  readonly low: LowProgram;
  readonly places: KernelPlaces;
  readonly options: Pick<KernelOptions, 'layout' | 'limits'>;
  readonly arithmetic: Arithmetic;
  /** What is to be done before the loop over pairs. */
  readonly before: Code[];
  readonly literals: Map<string, number>;
  /** The code of sines and cosines, by the locals that they are in. */
  readonly turns: Map<number, Code[]>;
  /** An i32 local: 8 times the place of the first of the two particles. */
  readonly pair: number;
  /** A local with all bits set as long as nothing has happened that two particles at a time cannot deal with. */
  readonly fine: number;
  /** Statements that may still be walked, and elements of tables made. */
  readonly fuel: { left: number };
  code: Code[];
  memo: Memo;
  /** Rough cost of what was written, in additions. */
  cost: number;
  /** Particles for which the present place is run; null: both. */
  active: Lanes | null;
  weight: Held;
  dimension: Held;
  steps: Held;
  /** Calls around the present place. */
  depth: number;
  /**
   * - real: code is written
   * - dry: it is only found out what is known; nothing is written
   * - tabling: everything must be known, and `failed` is set by faults
   */
  mode: 'real' | 'dry' | 'tabling';
  failed: boolean;
};

/** Uses up some of what the compiler may do. */
export function spend(w: Writing, amount: number): void {
  w.fuel.left -= amount;
  if (w.fuel.left < 0) leave();
}

export function recall<T extends Held | Row | number>(
  w: Writing,
  key: string,
  is: (found: unknown) => found is T,
): T | null {
  for (let memo: Memo | null = w.memo; memo !== null; memo = memo.outer) {
    const found = memo.found.get(key);
    if (is(found)) return found;
  }
  return null;
}

const isHeld = (found: unknown): found is Held => typeof found === 'object' && found !== null && 'kind' in found;
const isNumber = (found: unknown): found is number => typeof found === 'number';

/** A value computed once. */
export function shared(w: Writing, key: string, make: () => Held): Held {
  const before = recall(w, key, isHeld);
  if (before !== null) return before;
  const made = make();
  w.memo.found.set(key, made);
  return made;
}

/** A local set once, with what the code gives. */
function sharedLocal(w: Writing, key: string, type: typeof types.i32 | typeof types.v128, code: () => Code): number {
  const before = recall(w, key, isNumber);
  if (before !== null) return before;
  const local = w.site.locals.fresh(type);
  w.code.push(set(local, code()));
  w.memo.found.set(key, local);
  return local;
}

/** What stands in for locals where nothing is written. */
const dryLocal = (): number => -1 - newId();

/** Puts what the code gives into a local of its own. */
export function define(w: Writing, code: () => Code, flag: boolean, range: Range | null = null, cost = 1): Lanes {
  if (w.mode === 'tabling') return leave();
  if (w.mode === 'dry') return { kind: 'lanes', local: dryLocal(), flag, range };
  const local = w.site.locals.fresh(types.v128);
  w.code.push(set(local, code()));
  w.cost += cost;
  return { kind: 'lanes', local, flag, range };
}

/** Both lanes the same number, in a local that is set before the loop. */
function literalLocal(w: Writing, value: number): number {
  const key = Object.is(value, -0) ? '-0' : String(value);
  let local = w.literals.get(key);
  if (local === undefined) {
    local = w.site.locals.fresh(types.v128);
    // From memory: a register holds it through the loop, where V8 would make a constant anew at each use.
    w.before.push(set(local, v128.loadSplat(i32.of(w.site.link.place(Float64Array.of(value))))));
    w.literals.set(key, local);
  }
  return local;
}

const addresses = new WeakMap<Writing['literals'], WeakMap<readonly RuntimeValue[], Map<boolean, number>>>();

/** Where a column of a table stands in memory: numbers, or with `flag` masks. */
function addressOf(w: Writing, { values }: Table, flag: boolean): number {
  const all = addresses.get(w.literals) ?? new WeakMap<readonly RuntimeValue[], Map<boolean, number>>();
  addresses.set(w.literals, all);
  const forms = all.get(values) ?? new Map<boolean, number>();
  all.set(values, forms);
  const before = forms.get(flag);
  if (before !== undefined) return before;
  spend(w, values.length);
  const column = flag
    ? new Float64Array(BigUint64Array.from(values, (v) => (v === 1 ? 0xffffffffffffffffn : 0n)).buffer)
    : Float64Array.from(values, (v) => (typeof v === 'number' ? v : leave()));
  const at = w.site.link.place(column);
  forms.set(flag, at);
  return at;
}

/** Adding it puts 8 times a whole number into the lowest bits. */
const eighths = 2 ** 49;

/** Loads the entries of a table. */
function loaded(w: Writing, table: Table, flag: boolean): Lanes {
  const { row } = table;
  return define(
    w,
    () => {
      const at = addressOf(w, table, flag);
      if (row.shared) return v128.loadSplat(get(row.local), at);
      const bits = sharedLocal(w, `bits ${row.id}`, types.v128, () =>
        f64x2.add(get(row.local), get(literalLocal(w, eighths))),
      );
      const [first, second] = [0, 2].map((lane) =>
        sharedLocal(w, `place${lane} ${row.id}`, types.i32, () => i32x4.lane(get(bits), lane)),
      );
      return v128.loadLane(get(second!), v128.loadLow(get(first!), at), 1, at);
    },
    flag,
    null,
    row.shared ? 1 : 4,
  );
}

/** A local that holds the value as two numbers. */
export function numberLocal(w: Writing, held: Held): number {
  switch (held.kind) {
    case 'known':
      if (typeof held.value !== 'number') return leave();
      return w.mode === 'real' ? literalLocal(w, held.value) : 0;
    case 'table': {
      const lanes = shared(w, `number ${held.id}`, () => loaded(w, held, false));
      return lanes.kind === 'lanes' ? lanes.local : leave();
    }
    case 'lanes': {
      if (!held.flag) return held.local;
      const { local } = held;
      const lanes = shared(w, `number f${local}`, () =>
        define(w, () => w.arithmetic.asNumber({ code: get(local), flag: true }), false, [0, 1]),
      );
      return lanes.kind === 'lanes' ? lanes.local : leave();
    }
    case 'parts':
      return leave();
  }
}

/** The value as two numbers. */
export function numberCode(w: Writing, held: Held): Code {
  const local = numberLocal(w, held);
  return w.mode === 'real' ? get(local) : [];
}

/** The value as a condition. */
export function flagOf(w: Writing, held: Held): Lanes | boolean {
  switch (held.kind) {
    case 'known':
      return held.value === 1;
    case 'table': {
      const lanes = shared(w, `flag ${held.id}`, () => loaded(w, held, true));
      return lanes.kind === 'lanes' ? lanes : leave();
    }
    case 'lanes': {
      if (held.flag) return held;
      const { local } = held;
      const lanes = shared(w, `flag l${local}`, () =>
        define(w, () => w.arithmetic.asFlag({ code: get(local), flag: false }), true),
      );
      return lanes.kind === 'lanes' ? lanes : leave();
    }
    case 'parts':
      return leave();
  }
}

/** The value of a condition, as a value. */
export const heldFlag = (flag: Lanes | boolean): Held => (typeof flag === 'boolean' ? known(flag ? 1 : 0) : flag);

/** Notes a fault where the flag is not set. */
export function failUnless(w: Writing, flag: Lanes | boolean): void {
  if (flag === true) return;
  const { active, fine } = w;
  if (w.mode === 'dry') return;
  if (w.mode === 'tabling') {
    w.failed = true;
    return;
  }
  if (flag === false) {
    // Where every particle ends in it, there is nothing to gain.
    if (active === null) leave();
    else w.code.push(set(fine, v128.without(get(fine), get(active.local))));
    return;
  }
  const good = active === null ? get(flag.local) : v128.not(v128.without(get(active.local), get(flag.local)));
  w.code.push(set(fine, v128.and(get(fine), good)));
  w.cost += active === null ? 1 : 3;
}

/** Particles that are active and have the flag set (or, without `when`, not set). */
export function narrowed(w: Writing, flag: Lanes, when: boolean): Lanes {
  const { active } = w;
  const code = (): Code => {
    const own = get(flag.local);
    if (active === null) return v128.not(own);
    return when ? v128.and(get(active.local), own) : v128.without(get(active.local), own);
  };
  return active === null && when ? flag : define(w, code, true);
}

/** A row number that is the same in both particles, counted by a local that holds 8 times it. */
export function sharedRow(local: number, count: number): Row {
  const loops: Row[] = [];
  const row: Row = { id: newId(), count, shared: true, local, loops };
  loops.push(row);
  return row;
}

/** Runs `body` with code and memory of values of its own, and gives what it has written. */
export function apart(w: Writing, body: () => void): Code[] {
  const { code, memo } = w;
  w.code = [];
  w.memo = { found: new Map(), outer: memo };
  try {
    body();
    return w.code;
  } finally {
    w.code = code;
    w.memo = memo;
  }
}
