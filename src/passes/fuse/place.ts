import type { Instruction, InstructionOf, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import type { Quiet } from './quiet.js';
import { usesKept } from './uses.js';

type Loop = InstructionOf<'for'>;

/** What stands before and behind the joined loop of that which stood between the two; null where they may not be joined. */
export function place(
  first: Loop,
  second: Loop,
  between: readonly Instruction[],
  quiet: Quiet,
): { readonly before: readonly Instruction[]; readonly after: readonly Instruction[] } | null {
  const isFirstQuiet = quiet(first);
  const isSecondQuiet = quiet(second);
  if (!isFirstQuiet && !isSecondQuiet) return null;
  const hanging = new Set<ValueId>(first.results.map((r) => r.id));
  const hangs = between.map((i) => {
    const does = someOf(usesKept(i), hanging);
    if (does) for (const { id } of resultsOf(i)) hanging.add(id);
    return does;
  });
  const asked = new Set(usesKept(second));
  for (const id of hanging) if (asked.has(id)) return null;
  // What the second loop needs stands before it; the rest moves to where it changes its order with the loop that nobody can see move.
  const isBefore: boolean[] = [];
  for (let k = between.length - 1; k >= 0; k--) {
    const i = between[k]!;
    const isAsked = resultsOf(i).some((r) => asked.has(r.id));
    if (isAsked) for (const id of usesKept(i)) asked.add(id);
    isBefore[k] = isAsked || (isFirstQuiet && !hangs[k]);
  }
  let hasMoved = false;
  for (const [k, i] of between.entries()) {
    if (isBefore[k] === true && hangs[k] === true) return null;
    if (quiet(i)) continue;
    if (isBefore[k] === true ? hasMoved || !isFirstQuiet : !isSecondQuiet) return null;
    hasMoved ||= isBefore[k] !== true;
  }
  return { before: between.filter((_, k) => isBefore[k]), after: between.filter((_, k) => !isBefore[k]) };
}

function someOf(ids: ReadonlySet<ValueId>, others: ReadonlySet<ValueId>): boolean {
  for (const id of ids) if (others.has(id)) return true;
  return false;
}
