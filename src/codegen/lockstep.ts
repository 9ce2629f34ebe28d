/**
 * Which particles of a program can run side by side, one statement of main for all of them before the next. That is so where every
 * pause stands at a place that all runs reach equally often: at the top of main, in loops whose bounds are the same in all
 * particles, in branches whose condition is. What is the same in all particles is *uniform* and computed once; an array that all
 * particles change at the same index is *columnar*, a list of columns, one an element.
 */
import type { RuntimeValue } from '../ir/values.js';
import { calleesOf } from './effects.js';
import {
  type Block,
  blocksOf,
  type ElementSlot,
  type Expression,
  expressionOperands,
  type LowProgram,
  type Operand,
  type Statement,
  type StatementOf,
} from './low.js';
import { anyStatement } from './unused.js';

/** How a local of main is held. Locals that are not in the map vary from particle to particle. */
type Held = 'uniform' | 'columnar';

export type Lockstep = {
  readonly held: Map<number, Held>;
  /** What the elements of columnar arrays are. */
  readonly elements: ReadonlyMap<number, ElementSlot>;
  /** Statements at which all particles pause. */
  readonly pauses: ReadonlySet<Statement>;
  /** Loops and branches that all particles go through together. */
  readonly opened: ReadonlySet<Statement>;
  /** Statements inside others that give the same in all particles and cannot fail. */
  readonly hoisted: ReadonlySet<Statement>;
};

/** Statements of noise that belong to the memory of one particle. */
const remembers = (s: Statement): boolean =>
  s.kind === 'taking' ||
  s.kind === 'trace' ||
  s.kind === 'visit' ||
  (s.kind === 'set' &&
    (s.value.kind === 'replay' ||
      (s.value.kind === 'noise' && (s.value.source.kind === 'taken' || s.value.source.kind === 'tape'))));

const inBlocks = (s: Statement, test: (inner: Statement) => boolean): boolean =>
  blocksOf(s).some((b) => anyStatement(b, test));

/** Numbers that were made for all particles beforehand, or streams that they read one after another. */
export const readsColumns = (e: Expression): boolean =>
  e.kind === 'stream_known' || (e.kind === 'noise' && e.source.kind === 'column');

/** Expressions on numbers that cannot fail. */
const isArithmetic = (e: Expression): boolean =>
  e.kind === 'scalar' || e.kind === 'power' || e.kind === 'power_any' || e.kind === 'mix';

/** Expressions that give an array, of arrays and numbers that may be columns. */
const givesArray = (e: Expression): boolean =>
  e.kind === 'array' || e.kind === 'fill' || e.kind === 'update' || e.kind === 'append' || e.kind === 'copy';

/** More elements of a new array are not kept as columns. */
const longestNew = 4096;

/**
 * Finds out whether `main`, with `body` in the place of its own, can run in lockstep with a pause at each statement that passes
 * `isPause`; else null. With `skips`, pauses that not all particles reach are left out.
 */
export function lockstepOf(
  low: LowProgram,
  body: Block,
  isPause: (s: Statement) => boolean,
  skips: boolean,
): Lockstep | null {
  const functions = [...low.functions.values()];
  if ([{ ...low.main, body }, ...functions].some((f) => anyStatement(f.body, remembers))) return null;
  if (functions.some((f) => f.recursive || (!skips && anyStatement(f.body, isPause)))) return null;
  if (calleesOf(low.main).has(low.main.key)) return null;
  for (const refused = new Set<number>(); ; ) {
    const before = refused.size;
    const found = analyse(low, body, isPause, refused);
    if (refused.size !== before) continue;
    return found.left && !skips ? null : found;
  }
}

const isArray = (value: RuntimeValue | undefined): boolean => value instanceof Float64Array || Array.isArray(value);

/** One round: whatever turns out to hang on the particle goes to `refused`, and the round is done again. */
function analyse(
  { main, constants }: LowProgram,
  body: Block,
  isPause: (s: Statement) => boolean,
  refused: Set<number>,
): Lockstep & { left: boolean } {
  const held = new Map<number, Held>();
  const pauses = new Set<Statement>();
  const opened = new Set<Statement>();
  const hoisted = new Set<Statement>();
  const elements = new Map<number, ElementSlot>();
  const found = { held, elements, pauses, opened, hoisted, left: false };
  const hold = (id: number, as: Held | null, element: ElementSlot | null): void => {
    if (as === null || refused.has(id)) return;
    held.set(id, as);
    if (as === 'columnar') elements.set(id, element ?? 'value');
  };
  const elementOf = (o: Operand): ElementSlot | null => {
    if (o.kind === 'constant') return constants[o.index] instanceof Float64Array ? 'number' : 'value';
    return o.kind === 'local' ? (elements.get(o.id) ?? null) : null;
  };
  const isUniform = (o: Operand): boolean => o.kind !== 'local' || held.get(o.id) === 'uniform';
  const isColumnar = (o: Operand): boolean =>
    o.kind === 'constant' ? isArray(constants[o.index]) : o.kind === 'local' && held.get(o.id) === 'columnar';

  /** How the target of an expression at the top is held. */
  const heldBy = (e: Expression): Held | null => {
    if (isArithmetic(e) || e.kind === 'to_enum')
      return expressionOperands(e).every((o) => isUniform(o) && o.slot !== 'value') ? 'uniform' : null;
    switch (e.kind) {
      case 'length':
        return isColumnar(e.array) ? 'uniform' : null;
      case 'index':
        return e.array.kind === 'constant' && isUniform(e.index) && e.element === 'number' ? 'uniform' : null;
      case 'array':
        return e.parts.length <= longestNew ? 'columnar' : null;
      case 'fill':
        return e.count.kind === 'literal' && e.count.value <= longestNew ? 'columnar' : null;
      case 'update':
        return isColumnar(e.array) && isUniform(e.index) ? 'columnar' : null;
      case 'append':
      case 'copy':
        return isColumnar(e.array) ? 'columnar' : null;
      default:
        return null;
    }
  };
  const joined = (a: Operand, b: Operand): Held | null => {
    if (a.slot !== 'value') return isUniform(a) && isUniform(b) ? 'uniform' : null;
    return isColumnar(a) && isColumnar(b) ? 'columnar' : null;
  };
  /** Whether all particles have to go through a statement together, if they can. */
  const opens = (s: StatementOf<'for' | 'if'>): boolean =>
    inBlocks(
      s,
      (inner) => isPause(inner) || (inner.kind === 'set' && (readsColumns(inner.value) || updatesColumns(inner.value))),
    );
  const updatesColumns = (e: Expression): boolean =>
    (e.kind === 'update' || e.kind === 'append') && (e.array.kind !== 'local' || !refused.has(e.array.id));

  const inside = (blocks: readonly Block[]): void => {
    for (const block of blocks)
      for (const s of block.statements) {
        if (isPause(s)) found.left = true;
        if (s.kind === 'set') {
          const { value } = s;
          const same =
            (isArithmetic(value) && heldBy(value) === 'uniform') ||
            (value.kind === 'length' && isColumnar(value.array));
          if (same && !refused.has(s.target.id)) {
            held.set(s.target.id, 'uniform');
            hoisted.add(s);
          }
        }
        inside(blocksOf(s));
      }
  };
  const walk = (block: Block): void => {
    for (const s of block.statements) {
      if (isPause(s)) pauses.add(s);
      switch (s.kind) {
        case 'set': {
          const as = heldBy(s.value);
          if (as === null && givesArray(s.value)) refused.add(s.target.id);
          hold(s.target.id, as, 'element' in s.value ? s.value.element : null);
          break;
        }
        case 'if':
          if (!isUniform(s.condition) || !opens(s)) {
            inside(blocksOf(s));
            break;
          }
          opened.add(s);
          walk(s.then);
          walk(s.otherwise);
          s.targets.forEach((t, k) => {
            hold(t.id, joined(s.then.yields[k]!, s.otherwise.yields[k]!), elementOf(s.then.yields[k]!));
          });
          break;
        case 'for':
          if (!isUniform(s.low) || !isUniform(s.high) || !opens(s)) {
            inside(blocksOf(s));
            break;
          }
          opened.add(s);
          walkFor(s);
          break;
        default:
          inside(blocksOf(s));
      }
    }
  };
  const walkFor = (s: StatementOf<'for'>): void => {
    held.set(s.index.id, 'uniform');
    s.carried.forEach((c, k) => {
      hold(c.id, joined(s.inits[k]!, s.inits[k]!), elementOf(s.inits[k]!));
    });
    walk(s.body);
    s.carried.forEach((c, k) => {
      if (held.has(c.id) && joined(c, s.body.yields[k]!) !== held.get(c.id)) refused.add(c.id);
    });
  };
  for (const p of main.params) refused.add(p.id);
  walk(body);
  return found;
}
