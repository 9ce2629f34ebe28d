import type { Func, Instruction, InstructionOf, Program, ValueId } from '../ir/ir.js';
import { mapFunctions, withBody } from './bind.js';
import { mapBody, resolve } from './map_body.js';
import { createTyping, standIn, standsFor, type Typing } from './stand_in.js';

/**
 * Strength reduction in all functions: dear operations give way to cheaper ones. The bits stay for every double, NaN, infinities,
 * subnormal numbers and -0 included, so this holds inside exact equations too: a quotient by a power of two is a product with its
 * reciprocal (both are the one rounding of one real number), and signs go into the operation that follows (a + -b is a - b by IEEE 754).
 */
export const reduce = (program: Program): Program => mapFunctions(program, reduceFunction);

type Facts = {
  readonly typing: Typing;
  readonly by: Map<ValueId, ValueId>;
  readonly numbers: Map<ValueId, number>;
  /** What each negated value is the negative of. */
  readonly negated: Map<ValueId, ValueId>;
};

function reduceFunction(func: Func): Func {
  const facts: Facts = { typing: createTyping(func.body), by: new Map(), numbers: new Map(), negated: new Map() };
  return withBody(
    func,
    mapBody(func.body, facts.by, (i) => reduced(i, facts), facts.typing.learn),
  );
}

function reduced(i: Instruction, facts: Facts): Instruction | readonly Instruction[] {
  if (i.kind === 'const' && typeof i.value === 'number') facts.numbers.set(i.result.id, i.value);
  if (i.kind !== 'op') return i;
  const [a, b] = i.args;
  if (a === undefined) return i;
  if (i.op === 'neg') facts.negated.set(i.result.id, a);
  if (b === undefined) return i;
  const [left, right] = [facts.negated.get(a), facts.negated.get(b)];
  const as = (op: 'add' | 'sub' | 'mul' | 'div', x: ValueId, y: ValueId): Instruction => ({ ...i, op, args: [x, y] });
  switch (i.op) {
    case 'add':
      if (right !== undefined) return as('sub', a, right);
      return left === undefined ? i : as('sub', b, left);
    case 'sub':
      return right === undefined ? i : as('add', a, right);
    case 'mul':
      if (left !== undefined && right !== undefined) return as('mul', left, right);
      if (facts.numbers.get(b) === -1) return negative(i, a, facts);
      return facts.numbers.get(a) === -1 ? negative(i, b, facts) : i;
    case 'div':
      if (left !== undefined && right !== undefined) return as('div', left, right);
      return quotient(i, a, b, facts);
    default:
      return i;
  }
}

/** -1 x as -x; twice, and the value itself stands there again. */
function negative(i: InstructionOf<'op'>, x: ValueId, facts: Facts): Instruction | readonly Instruction[] {
  const twice = facts.negated.get(x);
  const type = facts.typing.types.get(twice ?? x);
  if (twice !== undefined && type !== undefined && standsFor(i.result.type, type)) {
    const into: Instruction[] = [];
    facts.by.set(i.result.id, standIn(resolve(twice, facts.by), i.result.type, facts.typing, i.at, into));
    return into;
  }
  if (facts.typing.types.get(x)?.kind !== i.result.type.kind) return i;
  facts.negated.set(i.result.id, x);
  return { ...i, op: 'neg', args: [x] };
}

/** The least and the greatest power of two whose reciprocal is a normal number. */
const [least, greatest] = [2 ** -1022, 2 ** 1022];

function quotient(i: InstructionOf<'op'>, a: ValueId, b: ValueId, facts: Facts): Instruction | readonly Instruction[] {
  const divisor = facts.numbers.get(b);
  if (divisor === undefined) return i;
  const size = Math.abs(divisor);
  if (!(size >= least && size <= greatest) || size === 1 || !isPowerOfTwo(size)) return i;
  const reciprocal = facts.typing.fresh({ kind: 'real' });
  facts.numbers.set(reciprocal.id, 1 / divisor);
  return [
    { kind: 'const', at: i.at, result: reciprocal, value: 1 / divisor },
    { ...i, op: 'mul', args: [a, reciprocal.id] },
  ];
}

/** Whether a positive normal number has no bit but its leading one. */
function isPowerOfTwo(x: number): boolean {
  bits.setFloat64(0, x);
  return (bits.getUint32(0) & 0xfffff) === 0 && bits.getUint32(4) === 0;
}
const bits = new DataView(new ArrayBuffer(8));
