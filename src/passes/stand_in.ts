import { sameIrType } from '../ir/flow.js';
import {
  type Instruction,
  type IrType,
  type PlaceId,
  type Region,
  resultsOf,
  type Value,
  type ValueId,
} from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import { maximalId, regionsOf } from '../ir/walk.js';

/**
 * Whether a value of type `from` can take the place of one of type `to` wherever that is used. A value that flows into another
 * type can do so as a whole, but not inside every operation: an `int[]` flows into `real[]`, yet a real cannot be appended to it.
 * Lengths of arrays may differ in what is known of them.
 */
export function standsFor(to: IrType, from: IrType): boolean {
  if (to.kind === 'real' && from.kind === 'int') return true;
  if (to.kind !== 'array' || from.kind !== 'array') return sameIrType(to, from);
  const [a, b] = [to.element, from.element];
  return isIrType(a) && isIrType(b) && (a.kind === 'array' ? standsFor(a, b) : sameIrType(a, b));
}

/** The types of a function's values, as a pass gets to know them, and numbers for new ones. */
export type Typing = {
  readonly types: ReadonlyMap<ValueId, IrType>;
  /** Makes the instruction's results, and the arguments of its regions, known. */
  readonly learn: (instruction: Instruction) => void;
  readonly fresh: (type: IrType) => Value;
};

/** Knows the arguments of a function's body so far; new numbers are above all that the body has. */
export function createTyping(body: Region): Typing {
  const types = new Map<ValueId, IrType>();
  const add = (value: Value): void => {
    types.set(value.id, value.type);
  };
  body.args.forEach(add);
  let next = -1;
  return {
    types,
    learn: (instruction) => {
      resultsOf(instruction).forEach(add);
      for (const region of regionsOf(instruction)) region.args.forEach(add);
    },
    fresh: (type) => {
      if (next === -1) next = maximalId(body) + 1;
      const value = { id: next++, type };
      add(value);
      return value;
    },
  };
}

/**
 * The value itself where it can stand for one of type `to`, else a copy of that type, whose instructions go to `into`.
 * (The IR has no copy; a `select` of equals is one.)
 */
export function standIn(id: ValueId, to: IrType, typing: Typing, at: PlaceId, into: Instruction[]): ValueId {
  const from = typing.types.get(id);
  if (from === undefined || standsFor(to, from)) return id;
  const yes = typing.fresh({ kind: 'bool' });
  const result = typing.fresh(to);
  into.push(
    { kind: 'const', at, result: yes, value: 1 },
    { kind: 'op', at, result, op: 'select', args: [yes.id, id, id] },
  );
  return result.id;
}
