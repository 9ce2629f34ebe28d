import type { Instruction, ValueId } from '../../ir/ir.js';
import { usesOf } from '../../ir/walk.js';

const found = new WeakMap<Instruction, ReadonlySet<ValueId>>();

/** As `usesOf`, worked out once for an instruction. */
export function usesKept(i: Instruction): ReadonlySet<ValueId> {
  const uses = found.get(i) ?? usesOf(i);
  found.set(i, uses);
  return uses;
}
