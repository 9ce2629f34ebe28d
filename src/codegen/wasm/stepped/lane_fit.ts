/** Whether the loop over the particles of a node can be done for two of them at a time. */
import type { LoopItem, NodeLoop } from '../../loop_items.js';
import type { Block, Expression, Operand, Statement } from '../../low.js';

/** Checks that one word of bits has room for. */
const mostChecks = 63;

/** Branches whose sides are longer are not computed on both sides. */
const longestSide = 16;

const isPlain = (e: Expression): boolean =>
  (e.kind === 'scalar' && e.op !== 'pow' && e.op !== 'mod') || e.kind === 'power';

const isPlainBlock = ({ statements }: Block): boolean =>
  statements.length <= longestSide &&
  statements.every((s) => (s.kind === 'set' && s.target.slot === 'number' && isPlain(s.value)) || isChoice(s));

/** A branch of which both sides can be computed. */
const isChoice = (s: Statement): boolean =>
  s.kind === 'if' &&
  s.targets.every(({ slot }) => slot === 'number') &&
  isPlainBlock(s.then) &&
  isPlainBlock(s.otherwise);

const isNumber = (o: Operand): boolean => o.slot === 'number';

/** Whether the loop can be done for two particles at a time. */
export function fitsLanes({ items, varying }: NodeLoop): boolean {
  const checks = varying.filter((s) => s.kind === 'fail_unless' || s.kind === 'weigh').length;
  return checks <= mostChecks && items.every(fits);
}

function fits(item: LoopItem): boolean {
  switch (item.kind) {
    case 'noise':
      return true;
    case 'put':
      return item.numbers && isNumber(item.value);
    case 'keep':
    case 'yield':
      return isNumber(item.value);
    case 'statement': {
      const s = item.statement;
      if (s.kind === 'set')
        return (
          s.target.slot === 'number' &&
          (isPlain(s.value) || (s.value.kind === 'placed' && s.value.place.kind === 'column'))
        );
      return s.kind === 'fail_unless' || s.kind === 'weigh' || s.kind === 'condition' || isChoice(s);
    }
    default:
      return false;
  }
}
