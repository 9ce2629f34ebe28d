/** Statements of the low form: what they do to what is known, and the code that is left to run. */

import type { Code } from '../../../runtime/assembly/code.js';
import { get, set, types, v128, when } from '../../../runtime/assembly/instructions.js';
import type { Block, LowFunction, Statement, StatementOf } from '../../low.js';
import { evaluated, type Frame, heldOf } from './expressions.js';
import { type Held, keyOf, known, type Lanes, leave, partsOf, type Row, type Table, tableOf } from './held.js';
import { runFor, runWhile } from './loops.js';
import { elementsOf, operation, selected } from './operations.js';
import { natureOf } from './reads.js';
import { apart, failUnless, flagOf, narrowed, numberCode, spend, type Writing } from './writing.js';

/** Runs the statements of a block, and gives what it yields. */
export function runBlock(w: Writing, frame: Frame, block: Block): readonly Held[] {
  for (const s of block.statements) runStatement(w, frame, s);
  return block.yields.map((o) => heldOf(w, frame, o));
}

function runStatement(w: Writing, frame: Frame, s: Statement): void {
  spend(w, 1);
  if ((s.kind === 'if' || s.kind === 'for' || s.kind === 'while') && ranByRow(w, frame, s)) return;
  switch (s.kind) {
    case 'set':
      frame.set(s.target.id, evaluated(w, frame, s.value));
      return;
    case 'if':
      runIf(w, frame, s);
      return;
    case 'for':
      runFor(w, frame, s);
      return;
    case 'while':
      runWhile(w, frame, s);
      return;
    case 'call':
      runCall(w, frame, s);
      return;
    case 'count':
      w.steps = operation(w, 'add', [w.steps, known(s.steps)]);
      return;
    case 'depth':
      if (w.depth + s.below > w.options.limits.depth) leave();
      return;
    case 'weigh':
      if (w.mode === 'tabling') leave();
      w.dimension = operation(w, 'add', [w.dimension, heldOf(w, frame, s.dimension)]);
      // A weight that becomes NaN is looked at by the writer for one particle: a fault, or a weight of zero that stays.
      w.weight = operation(w, 'add', [w.weight, heldOf(w, frame, s.value)]);
      return;
    case 'condition':
      // Elsewhere a particle of weight zero stops here.
      if (w.mode === 'tabling' || w.options.layout !== 'column') leave();
      w.weight = selected(w, flagOf(w, heldOf(w, frame, s.value)), w.weight, known(Number.NEGATIVE_INFINITY));
      return;
    case 'fail_unless':
      failUnless(w, flagOf(w, heldOf(w, frame, s.value)));
      return;
    case 'resample':
      return;
    case 'trace':
    case 'taking':
    case 'part':
    case 'keep':
    case 'load':
    case 'visit':
      leave();
  }
}

function runCall(w: Writing, frame: Frame, s: StatementOf<'call'>): void {
  const callee: LowFunction = w.low.functions.get(s.callee) ?? leave();
  if (callee.recursive) leave();
  const inner: Frame = new Map();
  callee.params.forEach((param, k) => {
    inner.set(param.id, heldOf(w, frame, s.args[k]!));
  });
  w.depth += s.below;
  const results = runBlock(w, inner, callee.body);
  w.depth -= s.below;
  s.targets.forEach((target, k) => {
    frame.set(target.id, results[k]!);
  });
}

/** Statements, one for each row, that are run while compiling to make a table. */
const mostTabled = 100_000;

/**
 * A statement that hangs on one row number alone is run for each row while compiling. What it gives becomes tables, and so do the steps
 * it takes and whether it fails.
 */
function ranByRow(w: Writing, frame: Frame, s: StatementOf<'if' | 'for' | 'while'>): boolean {
  const { reads, computes } = natureOf(s);
  if (!computes || w.mode === 'tabling') return false;
  let row: Row | null = null;
  const tables: [number, Table][] = [];
  const others: [number, Held][] = [];
  for (const id of reads) {
    const held = frame.get(id) ?? leave();
    if (held.kind === 'lanes' || held.kind === 'parts') return false;
    if (held.kind === 'known') {
      others.push([id, held]);
      continue;
    }
    if (row !== null && row !== held.row) return false;
    row = held.row;
    tables.push([id, held]);
  }
  if (row === null || row.count * natureOf(s).size > mostTabled) return false;
  const targets = s.kind === 'if' ? s.targets : s.carried;
  const columns = targets.map((): Held[] => []);
  const steps: Held[] = [];
  const failed: number[] = [];
  const before = { mode: w.mode, steps: w.steps, active: w.active, failed: w.failed, cost: w.cost };
  w.mode = 'tabling';
  w.active = null;
  let whole = true;
  try {
    for (let r = 0; r < row.count && whole; r++) {
      w.steps = known(0);
      w.failed = false;
      const inner: Frame = new Map(others);
      for (const [id, table] of tables) inner.set(id, known(table.values[r]!));
      apart(w, () => {
        runStatement(w, inner, s);
      });
      targets.forEach((target, k) => {
        columns[k]!.push(inner.get(target.id) ?? leave());
      });
      steps.push(w.steps);
      failed.push(w.failed ? 0 : 1);
      whole = columns.every((column) => column[r]!.kind === 'known') && w.steps.kind === 'known';
    }
  } finally {
    w.mode = before.mode;
    w.steps = before.steps;
    w.active = before.active;
    w.failed = before.failed;
    w.cost = before.cost;
  }
  if (!whole) return false;
  const tabled = (column: readonly Held[]): Held =>
    tableOf(
      row,
      column.map((held) => (held.kind === 'known' ? held.value : leave())),
    );
  targets.forEach((target, k) => {
    frame.set(target.id, tabled(columns[k]!));
  });
  w.steps = operation(w, 'add', [w.steps, tabled(steps)]);
  failUnless(w, flagOf(w, tableOf(row, failed)));
  return true;
}

/** Cost from which a side of a branch is worth a jump where no particle takes it. */
const jumpFrom = 40;

/** What a side of a branch has come to. */
type Side = {
  readonly code: Code[];
  readonly yields: readonly Held[];
  readonly weight: Held;
  readonly dimension: Held;
  readonly steps: Held;
  readonly cost: number;
};

/** Runs a side of a branch for the particles in `active`. */
function sideOf(w: Writing, frame: Frame, block: Block, active: Lanes | null): Side {
  const { weight, dimension, steps, cost } = w;
  const outer = w.active;
  w.active = active;
  w.cost = 0;
  let yields: readonly Held[] = [];
  const code = apart(w, () => {
    yields = runBlock(w, frame, block);
  });
  const side = { code, yields, weight: w.weight, dimension: w.dimension, steps: w.steps, cost: w.cost };
  w.weight = weight;
  w.dimension = dimension;
  w.steps = steps;
  w.cost += cost;
  w.active = outer;
  return side;
}

function runIf(w: Writing, frame: Frame, s: StatementOf<'if'>): void {
  const condition = heldOf(w, frame, s.condition);
  if (condition.kind === 'known') {
    const yields = runBlock(w, frame, condition.value === 1 ? s.then : s.otherwise);
    s.targets.forEach((target, k) => {
      frame.set(target.id, yields[k]!);
    });
    return;
  }
  if (condition.kind === 'table' && condition.row.shared && w.mode === 'real') {
    runBranch(w, frame, s, condition);
    return;
  }
  const flag = flagOf(w, condition);
  if (typeof flag === 'boolean') return leave();
  const [yes, no] = [narrowed(w, flag, true), narrowed(w, flag, false)];
  const then = sideOf(w, frame, s.then, yes);
  const otherwise = sideOf(w, frame, s.otherwise, no);
  // Numbers of a side that no particle takes are left from before, and no particle takes them.
  for (const [side, active] of [
    [then, yes],
    [otherwise, no],
  ] as const)
    w.code.push(side.cost >= jumpFrom ? when(v128.any(get(active.local)), side.code) : side.code);
  s.targets.forEach((target, k) => {
    frame.set(target.id, selected(w, flag, then.yields[k]!, otherwise.yields[k]!));
  });
  w.weight = selected(w, flag, then.weight, otherwise.weight);
  w.dimension = selected(w, flag, then.dimension, otherwise.dimension);
  w.steps = selected(w, flag, then.steps, otherwise.steps);
}

/** A condition that is the same in both particles. */
function runBranch(w: Writing, frame: Frame, s: StatementOf<'if'>, condition: Table): void {
  const flag = flagOf(w, condition);
  if (typeof flag === 'boolean') return leave();
  const then = sideOf(w, frame, s.then, w.active);
  const otherwise = sideOf(w, frame, s.otherwise, w.active);
  /** One of two values, put into locals at the end of each side. */
  const merged = (a: Held, b: Held): Held => {
    if (keyOf(a) === keyOf(b)) return a;
    const [x, y] = [elementsOf(a), elementsOf(b)];
    if (x !== null || y !== null) {
      if (x === null || y === null || x.length !== y.length) return leave();
      return partsOf(x.map((part, k) => merged(part, y[k]!)));
    }
    const local = w.site.locals.fresh(types.v128);
    for (const [side, held] of [
      [then, a],
      [otherwise, b],
    ] as const)
      side.code.push(
        apart(w, () => {
          w.code.push(set(local, numberCode(w, held)));
        }),
      );
    return { kind: 'lanes', local, flag: false, range: null };
  };
  const targets = s.targets.map((_, k) => merged(then.yields[k]!, otherwise.yields[k]!));
  s.targets.forEach((target, k) => {
    frame.set(target.id, targets[k]!);
  });
  w.weight = merged(then.weight, otherwise.weight);
  w.dimension = merged(then.dimension, otherwise.dimension);
  w.steps = merged(then.steps, otherwise.steps);
  w.code.push(when(v128.any(get(flag.local)), then.code, otherwise.code));
}
