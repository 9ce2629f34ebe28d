/** Calls by which a function ends in itself: the routine begins again instead. */
import type { Block, LowFunction, Statement } from '../low.js';
import { allocates } from './statement_code.js';

/**
 * The calls of a function to itself whose results are its own, as they are. Empty where arrays are about: those of one round would live as long
 * as the last one.
 *
 * @param body of the function, as it is printed
 */
export function tailCalls(f: LowFunction, body: Block): ReadonlySet<Statement> {
  const found = new Set<Statement>();
  if (!f.recursive || f.params.some((p) => p.slot === 'value') || allocates(body)) return found;
  const look = ({ statements, yields }: Block): void => {
    const last = statements.at(-1);
    if (last === undefined || (last.kind !== 'call' && last.kind !== 'if')) return;
    const { targets } = last;
    const handsOn =
      targets.length === yields.length &&
      targets.every((t, k) => {
        const yielded = yields[k]!;
        return yielded.kind === 'local' && yielded.id === t.id;
      });
    if (!handsOn) return;
    if (last.kind === 'if') {
      look(last.then);
      look(last.otherwise);
    } else if (last.callee === f.key) found.add(last);
  };
  look(body);
  return found;
}
