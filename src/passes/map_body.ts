import type { Instruction, Region, ValueId } from '../ir/ir.js';
import { mapOperands, mapRegions, mapShared } from '../ir/walk.js';

/** The value that stands for one that was replaced. */
export const resolve = (id: ValueId, by: ReadonlyMap<ValueId, ValueId>): ValueId => by.get(id) ?? id;

/**
 * Rewrites a region front to back, so that a value can be replaced in all that follows. Each instruction gets its operands replaced
 * by what `by` says at that point and is shown to `enter`, then its regions are rewritten the same way, then `change` says what stands in
 * its place. Both may add to `by`, whose values must themselves be resolved. The same region comes back where nothing changes.
 */
export function mapBody(
  region: Region,
  by: ReadonlyMap<ValueId, ValueId>,
  change: (instruction: Instruction) => Instruction | readonly Instruction[],
  enter?: (instruction: Instruction) => void,
): Region {
  const swap = (id: ValueId): ValueId => by.get(id) ?? id;
  const inside = (inner: Region): Region => mapBody(inner, by, change, enter);
  let changed = false;
  const body: Instruction[] = [];
  for (const instruction of region.body) {
    const used = by.size === 0 ? instruction : mapOperands(instruction, swap);
    enter?.(used);
    const next = change(mapRegions(used, inside));
    if (next !== instruction) changed = true;
    if ('kind' in next) body.push(next);
    else for (const one of next) body.push(one);
  }
  const yields = mapShared(region.yields, swap);
  return changed || yields !== region.yields ? { ...region, body: changed ? body : region.body, yields } : region;
}
