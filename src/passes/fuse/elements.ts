import type { InstructionOf, ValueId } from '../../ir/ir.js';
import { madeIn, type Sizes } from '../sizes.js';

/**
 * The arrays that a loop makes element by element, by the value that the loop gives, and the element that an iteration puts at its own index.
 * No iteration touches the element of another, so the element with the index i is what iteration i has computed, if it is asked for inside of the loop's range.
 */
export function elementsOf(loop: InstructionOf<'for'>, sizes: Sizes): ReadonlyMap<ValueId, ValueId> {
  const found = new Map<ValueId, ValueId>();
  const [index, ...carried] = loop.body.args;
  carried.forEach((arg, k) => {
    const [yielded, result, init] = [loop.body.yields[k], loop.results[k], loop.inits[k]];
    if (index === undefined || yielded === undefined || result === undefined || init === undefined) return;
    const last = madeIn(loop.body, yielded);
    if (last?.kind !== 'op' || last.args[0] !== arg.id) return;
    const [, at, value] = last.args;
    // An array that is too short stays, so that its fault does.
    const isOwn = at === index.id && (last.op === 'extend' || (last.op === 'set' && sizes.isInside(at, arg.id)));
    if (isOwn && value !== undefined) found.set(result.id, value);
    const isNext = last.op === 'append' && sizes.numberOf(loop.low) === 0 && sizes.lengthOf(init) === 0;
    if (isNext && at !== undefined) found.set(result.id, at);
  });
  return found;
}
