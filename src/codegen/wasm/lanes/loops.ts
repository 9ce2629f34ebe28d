/** Loops: run while compiling as far as they are known, unrolled where they are short, else as loops of two particles. */
import type { Code } from '../../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  f64x2,
  get,
  i32,
  loop,
  repeatWhile,
  set,
  types,
  v128,
} from '../../../runtime/assembly/instructions.js';
import type { Operand, StatementOf } from '../../low.js';
import { type Frame, heldOf } from './expressions.js';
import { type Held, keyOf, known, type Lanes, leave, notForLanes, tableOf } from './held.js';
import { operation, selected } from './operations.js';
import { natureOf, sizeOf } from './reads.js';
import { runBlock } from './statements.js';
import {
  apart,
  define,
  failUnless,
  flagOf,
  narrowed,
  numberCode,
  numberLocal,
  sharedRow,
  type Writing,
} from './writing.js';

/** Iterations that are always unrolled, and statements that are rather unrolled than looped over. */
const fewIterations = 4;
const fewStatements = 160;
/** Statements of an unrolled loop at most. */
const mostStatements = 6000;
/** Iterations of a loop whose end hangs on the particle that are done for both, ended or not. */
const mostSpeculative = 8;
/** Iterations of a loop that is not unrolled at most: its counter has a table. */
const mostIterations = 65536;

/** A loop that runs for a known number of iterations, or as long as a condition holds. */
export function runFor(w: Writing, frame: Frame, s: StatementOf<'for'>): void {
  const [low, high] = [heldOf(w, frame, s.low), heldOf(w, frame, s.high)];
  if (low.kind !== 'known' || high.kind !== 'known') {
    runPrivateFor(w, frame, s, low, high);
    return;
  }
  const [from, to] = [Number(low.value), Number(high.value)];
  const count = Math.max(0, Math.ceil(to - from));
  if (!Number.isFinite(count)) return leave();
  const inits = s.inits.map((o) => heldOf(w, frame, o));
  const size = count * (1 + sizeOf(s.body));
  const { reads, computes } = natureOf(s);
  const isKnown = computes && reads.every((id) => frame.get(id)?.kind === 'known');
  if (isKnown || w.mode === 'tabling' || count <= fewIterations || size <= fewStatements) {
    unroll(w, frame, s, from, count, inits);
    return;
  }
  if (w.mode === 'dry') {
    unroll(w, frame, s, from, count, inits);
    return;
  }
  if (attempted(w, () => runRolled(w, frame, s, from, count, inits))) return;
  if (size > mostStatements) leave();
  unroll(w, frame, s, from, count, inits);
}

/** Tries to write something; forgets it and gives false where that is not possible. */
function attempted(w: Writing, write: () => void): boolean {
  const { weight, dimension, steps, active, cost, mode, depth } = w;
  try {
    const code = apart(w, write);
    w.code.push(code);
    return true;
  } catch (thrown) {
    if (thrown !== notForLanes || w.fuel.left < 0) throw thrown;
    w.weight = weight;
    w.dimension = dimension;
    w.steps = steps;
    w.active = active;
    w.cost = cost;
    w.mode = mode;
    w.depth = depth;
    return false;
  }
}

const put = (frame: Frame, carried: StatementOf<'for'>['carried'], values: readonly Held[]): void => {
  carried.forEach((local, k) => {
    frame.set(local.id, values[k]!);
  });
};

const step = (w: Writing): void => {
  w.steps = operation(w, 'add', [w.steps, known(1)]);
};

function unroll(
  w: Writing,
  frame: Frame,
  s: StatementOf<'for'>,
  from: number,
  count: number,
  inits: readonly Held[],
): void {
  put(frame, s.carried, inits);
  for (let k = 0; k < count; k++) {
    frame.set(s.index.id, known(from + k));
    step(w);
    put(frame, s.carried, runBlock(w, frame, s.body));
  }
}

/** Of each carried value, what it is at the start of each iteration and behind the last; null where it is not known in all of them. */
function courseOf(
  w: Writing,
  frame: Frame,
  s: StatementOf<'for'>,
  from: number,
  count: number,
  inits: readonly Held[],
): readonly (readonly Held[] | null)[] {
  const courses: (Held[] | null)[] = inits.map((held) => (held.kind === 'known' ? [held] : null));
  if (courses.every((course) => course === null)) return courses;
  const { mode, weight, dimension, steps, cost } = w;
  w.mode = 'dry';
  apart(w, () => {
    let values: readonly Held[] = inits;
    for (let k = 0; k < count && courses.some((course) => course !== null); k++) {
      const inner: Frame = new Map(frame);
      inner.set(s.index.id, known(from + k));
      put(inner, s.carried, values);
      const next = runBlock(w, inner, s.body);
      next.forEach((held, c) => {
        const course = courses[c] ?? null;
        if (course === null) return;
        if (held.kind === 'known') course.push(held);
        else courses[c] = null;
      });
      // What is not known in one iteration is taken for unknown in all.
      values = next.map((held, c) => (courses[c] === null ? unknown(w, s.carried[c]!, held) : held));
    }
  });
  w.mode = mode;
  w.weight = weight;
  w.dimension = dimension;
  w.steps = steps;
  w.cost = cost;
  return courses;
}

const unknown = (w: Writing, carried: Operand, held: Held): Held => {
  if (carried.slot !== 'number') return held;
  return held.kind === 'lanes' && !held.flag && held.range === null ? held : define(w, () => [], false);
};

/** A local that is carried through a loop, with its first value in it. */
function carriedLocal(w: Writing, init: Held): Lanes {
  const local = w.site.locals.fresh(types.v128);
  w.code.push(set(local, numberCode(w, init)));
  return { kind: 'lanes', local, flag: false, range: null };
}

/** Sets locals that are carried to the values of the next iteration, all at once. */
function carryOn(w: Writing, pairs: readonly (readonly [Lanes, Held])[], active: Lanes | null): void {
  const moved = pairs
    .filter(([local, next]) => keyOf(local) !== keyOf(next))
    .map(([local, next]): readonly [Lanes, Code] => {
      const number = get(numberLocal(w, next));
      return [local, active === null ? number : v128.select(number, get(local.local), get(active.local))];
    });
  // Onto the stack and off again: a value may be a local that is set here.
  w.code.push(
    moved.map(([, code]) => code),
    moved.toReversed().map(([{ local }]) => set(local, [])),
  );
}

/** A loop of known bounds, for both particles; what hangs on the counter alone comes from tables. */
function runRolled(
  w: Writing,
  frame: Frame,
  s: StatementOf<'for'>,
  from: number,
  count: number,
  inits: readonly Held[],
): void {
  if (count > mostIterations) leave();
  const courses = courseOf(w, frame, s, from, count, inits);
  const counter = w.site.locals.fresh(types.i32);
  const row = sharedRow(counter, count);
  const { weight, dimension, steps } = w;
  const values = s.carried.map((carried, c): Held => {
    const course = courses[c] ?? null;
    if (course !== null)
      return tableOf(
        row,
        course.slice(0, count).map((held) => (held.kind === 'known' ? held.value : leave())),
      );
    return carried.slot === 'number' ? carriedLocal(w, inits[c]!) : inits[c]!;
  });
  const totals = [weight, dimension].map((held) => carriedLocal(w, held));
  const taken = carriedLocal(w, known(0));
  w.weight = totals[0]!;
  w.dimension = totals[1]!;
  w.steps = known(0);
  put(frame, s.carried, values);
  frame.set(
    s.index.id,
    tableOf(
      row,
      Array.from({ length: count }, (_, k) => from + k),
    ),
  );
  let perIteration: Held = known(0);
  const body = apart(w, () => {
    step(w);
    const next = runBlock(w, frame, s.body);
    perIteration = w.steps;
    const pairs: (readonly [Lanes, Held])[] = [
      [totals[0]!, w.weight],
      [totals[1]!, w.dimension],
    ];
    if (perIteration.kind !== 'known' && perIteration.kind !== 'table')
      pairs.push([taken, operation(w, 'add', [taken, perIteration])]);
    next.forEach((held, c) => {
      const local = values[c]!;
      if (courses[c] !== null) return;
      if (local.kind === 'lanes' && s.carried[c]!.slot === 'number') pairs.push([local, held]);
      else if (keyOf(local) !== keyOf(held)) leave();
    });
    carryOn(w, pairs, null);
  });
  w.code.push(
    set(counter, i32.of(0)),
    repeatWhile([body, set(counter, i32.add(get(counter), i32.of(8)))], i32.less(get(counter), i32.of(8 * count))),
  );
  w.weight = keyOf(w.weight) === keyOf(totals[0]!) ? weight : totals[0]!;
  w.dimension = keyOf(w.dimension) === keyOf(totals[1]!) ? dimension : totals[1]!;
  w.steps = operation(w, 'add', [steps, stepsOf(perIteration, taken, count)]);
  s.carried.forEach((carried, c) => {
    const course = courses[c] ?? null;
    frame.set(carried.id, course === null ? values[c]! : course[count]!);
  });
}

/** Steps of all iterations. */
function stepsOf(perIteration: Held, taken: Lanes, count: number): Held {
  if (perIteration.kind === 'known') return known(count * Number(perIteration.value));
  if (perIteration.kind === 'table' && perIteration.row.count === count)
    return known(perIteration.values.reduce<number>((sum, value) => sum + Number(value), 0));
  return taken.kind === 'lanes' && perIteration.kind === 'lanes' ? taken : leave();
}

/** A loop that each particle leaves when it will: a condition, and the next values of what is carried. */
type Private = {
  readonly inits: readonly Held[];
  /** Whether carried values are numbers. */
  readonly numbers: readonly boolean[];
  readonly condition: (values: readonly Held[]) => Held;
  readonly next: (values: readonly Held[]) => readonly Held[];
};

/** Runs a loop until its condition fails. */
export function runWhile(w: Writing, frame: Frame, s: StatementOf<'while'>): void {
  const results = runPrivate(w, {
    inits: s.inits.map((o) => heldOf(w, frame, o)),
    numbers: s.carried.map((c) => c.slot === 'number'),
    condition: (values) => {
      put(frame, s.carried, values);
      return runBlock(w, frame, s.condition)[0]!;
    },
    next: () => runBlock(w, frame, s.body),
  });
  put(frame, s.carried, results);
}

/** A loop with bounds of each particle's own. */
function runPrivateFor(w: Writing, frame: Frame, s: StatementOf<'for'>, low: Held, high: Held): void {
  const results = runPrivate(w, {
    inits: [low, ...s.inits.map((o) => heldOf(w, frame, o))],
    numbers: [true, ...s.carried.map((c) => c.slot === 'number')],
    condition: ([index]) => operation(w, 'lt', [index!, high]),
    next: ([index, ...values]) => {
      frame.set(s.index.id, index!);
      put(frame, s.carried, values);
      return [operation(w, 'add', [index!, known(1)]), ...runBlock(w, frame, s.body)];
    },
  });
  put(frame, s.carried, results.slice(1));
}

function runPrivate(w: Writing, own: Private): readonly Held[] {
  if (w.mode !== 'real') return speculated(w, own);
  let results: readonly Held[] = [];
  const short = attempted(w, () => {
    results = speculated(w, own);
  });
  if (short) return results;
  return repeated(w, own);
}

/** What holds at the start of an iteration. */
type State = {
  readonly values: readonly Held[];
  readonly weight: Held;
  readonly dimension: Held;
  readonly steps: Held;
};

/** Iterations done for both particles, whether they have left or not; afterwards each takes what it had when it left. */
function speculated(w: Writing, own: Private): readonly Held[] {
  const { active } = w;
  let values = own.inits;
  const left: (State & { readonly stays: Lanes })[] = [];
  for (;;) {
    const condition = own.condition(values);
    const stays = flagOf(w, condition);
    if (stays === false) break;
    if (stays !== true) {
      if (left.length === mostSpeculative) leave();
      left.push({ values, weight: w.weight, dimension: w.dimension, steps: w.steps, stays });
      w.active = narrowed(w, stays, true);
    }
    step(w);
    values = own.next(values);
  }
  w.active = active;
  for (const state of left.toReversed()) {
    values = values.map((held, k) => selected(w, state.stays, held, state.values[k]!));
    w.weight = selected(w, state.stays, w.weight, state.weight);
    w.dimension = selected(w, state.stays, w.dimension, state.dimension);
    w.steps = selected(w, state.stays, w.steps, state.steps);
  }
  return values;
}

/** A loop of both particles until both have left. */
function repeated(w: Writing, own: Private): readonly Held[] {
  const values = own.inits.map((held, k) => (own.numbers[k] === true ? carriedLocal(w, held) : held));
  const totals = [w.weight, w.dimension, w.steps].map((held) => carriedLocal(w, held));
  const outer = w.active;
  const running = w.site.locals.fresh(types.v128);
  const active: Lanes = { kind: 'lanes', local: running, flag: true, range: null };
  w.code.push(
    set(
      running,
      outer === null ? w.arithmetic.asFlag({ code: numberCode(w, known(1)), flag: false }) : get(outer.local),
    ),
  );
  w.active = active;
  const totalPairs = (): (readonly [Lanes, Held])[] => [
    [totals[0]!, w.weight],
    [totals[1]!, w.dimension],
    [totals[2]!, w.steps],
  ];
  const body = apart(w, () => {
    [w.weight, w.dimension, w.steps] = [totals[0]!, totals[1]!, totals[2]!];
    const flag = flagOf(w, own.condition(values));
    // What the condition counts is counted for those that leave, too.
    carryOn(w, totalPairs(), active);
    [w.weight, w.dimension, w.steps] = [totals[0]!, totals[1]!, totals[2]!];
    if (typeof flag === 'boolean') {
      if (!flag) leave();
    } else w.code.push(set(running, v128.and(get(running), get(flag.local))));
    w.code.push(branchIf(i32.isZero(v128.any(get(running))), 1));
    step(w);
    const next = own.next(values);
    const pairs = totalPairs();
    next.forEach((held, k) => {
      const local = values[k]!;
      if (own.numbers[k] === true && local.kind === 'lanes') pairs.push([local, held]);
      else if (keyOf(local) !== keyOf(held)) leave();
    });
    carryOn(w, pairs, active);
    // Who takes too many steps ends in a fault.
    const within = define(
      w,
      () => f64x2.atMost(get(totals[2]!.local), numberCode(w, known(w.options.limits.steps))),
      true,
    );
    failUnless(w, within);
    w.code.push(set(running, v128.and(get(running), get(within.local))));
  });
  w.code.push(block(loop([body, branch(0)])));
  w.active = outer;
  [w.weight, w.dimension, w.steps] = [totals[0]!, totals[1]!, totals[2]!];
  return values;
}
