/**
 * Values that hang on a carried value alone are carried beside it where it changes in one branch of an `if` only: they are computed before
 * the loop and in that branch, instead of in every iteration.
 */
import {
  type Block,
  type Expression,
  expressionOperands,
  type Local,
  type LowFunction,
  literal,
  type Operand,
  type Statement,
  type StatementOf,
} from './low.js';
import { evaluateScalar } from './scalar.js';
import { readAndSet } from './split.js';

type Loop = StatementOf<'for' | 'while'>;
type Setting = StatementOf<'set'>;

/** A carried value that one branch leaves as it is. */
type Seldom = {
  readonly carried: Local;
  readonly init: Operand;
  /** The `if` that may change it, and which of its targets is the next value. */
  readonly branch: StatementOf<'if'>;
  readonly target: number;
  /** The branch that changes it. */
  readonly changes: 'then' | 'otherwise';
};

/** The most values that are carried more for one. */
const mostMore = 3;
/** Cheaper computations are done again: registers are few. */
const leastCost = 4;

const costs: Readonly<Partial<Record<string, number>>> = { div: 4, sqrt: 6, idiv: 6, mod: 8, pow: 20 };
const costOf = (e: Expression): number =>
  e.kind === 'scalar' ? (costs[e.op] ?? (['exp', 'log', 'sin', 'cos'].includes(e.op) ? 12 : 1)) : 2;

const isPlain = (e: Expression): boolean => e.kind === 'scalar' || e.kind === 'power';

const same = (o: Operand | undefined, l: Local): boolean => o?.kind === 'local' && o.id === l.id;

function seldomOf(loop: Loop): readonly Seldom[] {
  return loop.carried.flatMap((carried, k): readonly Seldom[] => {
    const next = loop.body.yields[k];
    if (carried.slot !== 'number' || next?.kind !== 'local') return [];
    for (const branch of loop.body.statements) {
      if (branch.kind !== 'if') continue;
      const target = branch.targets.findIndex((t) => t.id === next.id);
      if (target < 0) continue;
      const stays = {
        then: same(branch.then.yields[target], carried),
        otherwise: same(branch.otherwise.yields[target], carried),
      };
      if (stays.then === stays.otherwise) return [];
      return [{ carried, init: loop.inits[k]!, branch, target, changes: stays.then ? 'otherwise' : 'then' }];
    }
    return [];
  });
}

/** Settings of the loop's own blocks that hang on the carried value and on nothing else that changes in the loop. */
function derivedFrom(loop: Loop, { carried }: Seldom): readonly Setting[] {
  const blocks = loop.kind === 'while' ? [loop.condition, loop.body] : [loop.body];
  const { set } = readAndSet([loop]);
  const found = new Map<number, Setting>();
  const fixed = (o: Operand): boolean => o.kind !== 'local' || o.id === carried.id || found.has(o.id) || !set.has(o.id);
  const hangs = (o: Operand): boolean => o.kind === 'local' && (o.id === carried.id || found.has(o.id));
  for (const b of blocks)
    for (const s of b.statements) {
      if (s.kind !== 'set' || s.target.slot !== 'number' || !isPlain(s.value)) continue;
      const operands = expressionOperands(s.value);
      if (operands.every(fixed) && operands.some(hangs)) found.set(s.target.id, s);
    }
  return [...found.values()];
}

/** Ids that statements other than these, or the loop's yields, read. */
function readOutside(loop: Loop, settings: readonly Setting[]): ReadonlySet<number> {
  const own = new Set<Statement>(settings);
  const without = (b: Block): Block => ({ ...b, statements: b.statements.filter((s) => !own.has(s)) });
  const blocks = loop.kind === 'while' ? [loop.condition, loop.body] : [loop.body];
  const ids = new Set<number>();
  for (const b of blocks.map(without)) {
    for (const id of readAndSet(b.statements).read.keys()) ids.add(id);
    for (const o of b.yields) if (o.kind === 'local') ids.add(o.id);
  }
  return ids;
}

type Fresh = (slot: 'number') => Local;

/** The settings for another value in the place of the carried one, under new names. */
function copies(
  settings: readonly Setting[],
  carried: Local,
  value: Operand,
  fresh: Fresh,
): { readonly statements: readonly Statement[]; readonly name: (l: Local) => Operand } {
  const names = new Map<number, Operand>([[carried.id, value]]);
  const renamed = (o: Operand): Operand => (o.kind === 'local' ? (names.get(o.id) ?? o) : o);
  const statements = settings.flatMap((s): readonly Statement[] => {
    const { value: e } = s;
    const numbers =
      e.kind === 'scalar' ? e.args.map(renamed).flatMap((o) => (o.kind === 'literal' ? [o.value] : [])) : [];
    if (e.kind === 'scalar' && numbers.length === e.args.length) {
      names.set(s.target.id, literal(evaluateScalar(e.op, numbers)));
      return [];
    }
    const target = fresh('number');
    const next: Expression =
      e.kind === 'scalar'
        ? { ...e, args: e.args.map(renamed) }
        : e.kind === 'power'
          ? { ...e, base: renamed(e.base) }
          : e;
    names.set(s.target.id, target);
    return [{ ...s, target, value: next }];
  });
  return { statements, name: renamed };
}

/** The settings that give these values, and what they need. */
function needed(settings: readonly Setting[], values: readonly Local[]): readonly Setting[] {
  const wanted = new Set(values.map((l) => l.id));
  const kept: Setting[] = [];
  for (const s of [...settings].reverse()) {
    if (!wanted.has(s.target.id)) continue;
    kept.unshift(s);
    for (const o of expressionOperands(s.value)) if (o.kind === 'local') wanted.add(o.id);
  }
  return kept;
}

/** Settings without those of one cheap operation on what is there anyway: they stay where they are. */
function worthMoving(settings: readonly Setting[], outside: ReadonlySet<number>): readonly Setting[] {
  const inner = new Set<number>();
  return settings.filter((s) => {
    const cheap = outside.has(s.target.id) && costOf(s.value) <= 1;
    const stays = cheap && expressionOperands(s.value).every((o) => o.kind !== 'local' || !inner.has(o.id));
    if (!stays && !outside.has(s.target.id)) inner.add(s.target.id);
    return !stays;
  });
}

/** The loop with what hangs on one carried value carried as well, and what is computed before it; null where that is not worth it. */
function carriedBeside(loop: Loop, seldom: Seldom, fresh: Fresh): readonly Statement[] | null {
  const found = derivedFrom(loop, seldom);
  const moved = worthMoving(found, readOutside(loop, found));
  const outside = readOutside(loop, moved);
  const more = moved.filter((s) => outside.has(s.target.id)).map((s) => s.target);
  const settings = needed(found, more);
  const cost = settings.reduce((sum, s) => sum + costOf(s.value), 0);
  if (more.length === 0 || more.length > mostMore || cost < leastCost + more.length) return null;
  const before = copies(settings, seldom.carried, seldom.init, fresh);
  const { branch, target, changes } = seldom;
  const changed = branch[changes];
  const after = copies(settings, seldom.carried, changed.yields[target]!, fresh);
  const targets = more.map(() => fresh('number'));
  const sides = {
    [changes]: {
      statements: [...changed.statements, ...after.statements],
      yields: [...changed.yields, ...more.map(after.name)],
    },
  };
  const stays = changes === 'then' ? 'otherwise' : 'then';
  const nextBranch: Statement = {
    ...branch,
    ...sides,
    [stays]: { ...branch[stays], yields: [...branch[stays].yields, ...more] },
    targets: [...branch.targets, ...targets],
  };
  const gone = new Set<Statement>(moved);
  const rewritten = (b: Block): Block => ({
    ...b,
    statements: b.statements.flatMap((s) => (s === branch ? [nextBranch] : gone.has(s) ? [] : [s])),
  });
  const body = rewritten(loop.body);
  const parts = {
    carried: [...loop.carried, ...more],
    inits: [...loop.inits, ...more.map(before.name)],
    body: { ...body, yields: [...body.yields, ...targets] },
  };
  const next: Statement =
    loop.kind === 'while' ? { ...loop, ...parts, condition: rewritten(loop.condition) } : { ...loop, ...parts };
  return [...before.statements, next];
}

/** The function with such values carried. */
export function withDerivedCarried(f: LowFunction): LowFunction {
  let { locals } = f;
  const fresh: Fresh = (slot) => ({ kind: 'local', id: locals++, slot });
  const inBlock = (b: Block): Block => ({ ...b, statements: b.statements.flatMap(inStatement) });
  const inStatement = (s: Statement): readonly Statement[] => {
    switch (s.kind) {
      case 'if':
        return [{ ...s, then: inBlock(s.then), otherwise: inBlock(s.otherwise) }];
      case 'for':
      case 'while': {
        const loop: Loop =
          s.kind === 'while'
            ? { ...s, condition: inBlock(s.condition), body: inBlock(s.body) }
            : { ...s, body: inBlock(s.body) };
        for (const seldom of seldomOf(loop)) {
          const found = carriedBeside(loop, seldom, fresh);
          // One for each loop: what was found for another is not so any more.
          if (found !== null) return found;
        }
        return [loop];
      }
      default:
        return [s];
    }
  };
  const body = inBlock(f.body);
  return { ...f, body, locals };
}
