import type { InstructionOf, IrType, ValueId } from '../ir/ir.js';

/** What an operation may be replaced by: a value that there is already, or a whole power of one. */
type Simpler = { readonly kind: 'value'; readonly id: ValueId } | { readonly kind: 'power'; readonly base: ValueId };

/** What the rules ask about the operands of an operation. */
export type OperandFacts = {
  /** The number that a value is known to be. */
  readonly number: (id: ValueId) => number | null;
  /** The operation that makes a value. */
  readonly madeBy: (id: ValueId) => InstructionOf<'op'> | null;
  readonly typeOf: (id: ValueId) => IrType | null;
};

const truths: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'not', 'exists']);

/** Whether a value is surely 0 or 1: an absent bool is NaN. */
function isTruth(id: ValueId, facts: OperandFacts): boolean {
  const known = facts.number(id);
  if (known !== null) return Object.is(known, 0) || known === 1;
  const op = facts.madeBy(id)?.op;
  return op !== undefined && truths.has(op);
}

/**
 * Identities that hold for every double to the bit, NaN, infinities and -0 included: x + 0 is not among them, as -0 + 0 is 0,
 * nor is x - x or 0 x. Returns null where none applies. (`pow` to 1 and 2 is exact.)
 */
export function simplerOp({ op, args }: InstructionOf<'op'>, facts: OperandFacts): Simpler | null {
  const [a, b, c] = args;
  if (a === undefined) return null;
  const value = (id: ValueId): Simpler => ({ kind: 'value', id });
  if (b === undefined) {
    const inner = facts.madeBy(a);
    const innerArg = inner?.args[0];
    switch (op) {
      case 'neg':
        return inner?.op === 'neg' && innerArg !== undefined ? value(innerArg) : null;
      case 'not':
        return inner?.op === 'not' && innerArg !== undefined && isTruth(innerArg, facts) ? value(innerArg) : null;
      case 'abs':
        return inner?.op === 'abs' ? value(a) : null;
      case 'to_real':
        return ['real', 'int'].includes(facts.typeOf(a)?.kind ?? '') ? value(a) : null;
      case 'to_int':
      case 'floor':
      case 'ceil':
      case 'round':
      case 'trunc':
        return facts.typeOf(a)?.kind === 'int' ? value(a) : null;
      default:
        return null;
    }
  }
  const left = facts.number(a);
  const right = facts.number(b);
  switch (op) {
    case 'add':
      if (Object.is(right, -0)) return value(a);
      return Object.is(left, -0) ? value(b) : null;
    case 'sub':
      return Object.is(right, 0) ? value(a) : null;
    case 'mul':
      if (right === 1) return value(a);
      return left === 1 ? value(b) : null;
    case 'div':
    case 'power':
      return right === 1 ? value(a) : null;
    case 'pow':
      if (right === 1) return value(a);
      return right === 2 ? { kind: 'power', base: a } : null;
    case 'and':
    case 'or': {
      const neutral = op === 'and' ? 1 : 0;
      if (Object.is(left, 1 - neutral)) return value(a);
      if (Object.is(right, 1 - neutral)) return value(b);
      if (left === neutral && isTruth(b, facts)) return value(b);
      return right === neutral && isTruth(a, facts) ? value(a) : null;
    }
    case 'select': {
      if (c === undefined) return null;
      if (b === c) return value(b);
      return left === null ? null : value(left === 1 ? b : c);
    }
    default:
      return null;
  }
}
