import { type Instruction, type Region, resultsOf, type ValueId } from '../ir/ir.js';
import { isDiscrete } from '../ir/type.js';
import { operandsOf, regionsOf } from '../ir/walk.js';

/**
 * The values that hang on a continuous draw by way of values that are continuous themselves: those that equal a given number with
 * probability zero; `outside` are those from outside of the instructions. All others come from atoms, and may be compared exactly.
 */
function continuousValues(instructions: readonly Instruction[], outside: Iterable<ValueId> = []): ReadonlySet<ValueId> {
  const found = new Set<ValueId>(outside);
  let before = -1;
  while (found.size !== before) {
    before = found.size;
    walk({ args: [], body: instructions, yields: [] }, found);
  }
  return found;
}

/** As `continuousValues`, found once and only if they are asked for. */
export function whenAsked(
  instructions: readonly Instruction[],
  outside: Iterable<ValueId> = [],
): () => ReadonlySet<ValueId> {
  let found: ReadonlySet<ValueId> | null = null;
  return () => {
    found ??= continuousValues(instructions, outside);
    return found;
  };
}

function walk(region: Region, found: Set<ValueId>): void {
  for (const instruction of region.body) {
    const inner = regionsOf(instruction);
    for (const r of inner) {
      const carried = instruction.kind === 'for' ? r.args.slice(1) : r.args;
      const inits = instruction.kind === 'for' || instruction.kind === 'while' ? instruction.inits : [];
      for (const [i, arg] of carried.entries()) if (found.has(inits[i] ?? -1)) found.add(arg.id);
      walk(r, found);
    }
    for (const [i, { id, type }] of resultsOf(instruction).entries()) {
      if (type.kind === 'address' || isDiscrete(type)) continue;
      const own = instruction.kind === 'draw' || instruction.kind === 'noise' || instruction.kind === 'call';
      const used = instruction.kind !== 'draw' && operandsOf(instruction).some((o) => found.has(o));
      if (own || used || inner.some((r) => found.has(r.yields[i] ?? -1))) found.add(id);
    }
  }
}
