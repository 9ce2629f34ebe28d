/** Which locals of a function are read by what it does. Each is set in one place, so that no order has to be looked at. */
import { type Block, expressionOperands, isPure, type Operand, operandsOf, type Statement } from './low.js';

/** An `if` around a place. */
type Around = { readonly condition: Operand; readonly outer: Around | null };

/** Where a local gets its value from, and the `if` that chooses. */
type Source = { readonly operands: readonly Operand[]; readonly around: Around | null };

/**
 * Ids of locals that statements with an effect read, those that the body yields, and all that these hang on; `keep` says which
 * statements are there at all.
 */
export function readLocals(body: Block, keep: (s: Statement) => boolean): ReadonlySet<number> {
  const found = new Set<number>();
  const open: number[] = [];
  const sources = new Map<number, Source>();
  const needed = new Set<Around>();
  const read = (o: Operand): void => {
    if (o.kind !== 'local' || found.has(o.id)) return;
    found.add(o.id);
    open.push(o.id);
  };
  const enter = (around: Around | null): void => {
    for (let at = around; at !== null && !needed.has(at); at = at.outer) {
      needed.add(at);
      read(at.condition);
    }
  };
  const see = (s: Statement, around: Around | null): void => {
    switch (s.kind) {
      case 'set':
        if (isPure(s.value)) {
          sources.set(s.target.id, { operands: expressionOperands(s.value), around: null });
          return;
        }
        break;
      case 'if': {
        const inner: Around = { condition: s.condition, outer: around };
        for (const [k, t] of s.targets.entries())
          sources.set(t.id, { operands: [s.then.yields[k]!, s.otherwise.yields[k]!], around: inner });
        walk(s.then, inner);
        walk(s.otherwise, inner);
        return;
      }
      case 'for':
      case 'while':
        // Loops count their steps.
        enter(around);
        for (const [k, c] of s.carried.entries())
          sources.set(c.id, { operands: [s.inits[k]!, s.body.yields[k]!], around: null });
        if (s.kind === 'for') for (const o of [s.low, s.high]) read(o);
        else {
          s.condition.yields.forEach(read);
          walk(s.condition, around);
        }
        walk(s.body, around);
        return;
      default:
        break;
    }
    enter(around);
    operandsOf(s).forEach(read);
  };
  const walk = (block: Block, around: Around | null): void => {
    for (const s of block.statements) if (keep(s)) see(s, around);
  };
  walk(body, null);
  body.yields.forEach(read);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const source = sources.get(id);
    if (source === undefined) continue;
    source.operands.forEach(read);
    enter(source.around);
  }
  return found;
}
