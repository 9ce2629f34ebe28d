import type { Instruction, IrType, PlaceId, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import { usesOf } from '../ir/walk.js';

/** The value of a source that gives a wanted result, and the log of |d source / d result| (null: zero). */
export type Inverse = {
  readonly body: readonly Instruction[];
  readonly source: ValueId;
  readonly logJacobian: ValueId | null;
  /** bool values that must be true for the inverse to exist at all. */
  readonly domain: readonly ValueId[];
};

type Fresh = (type: IrType) => Value;

const real: IrType = { kind: 'real' };
const bool: IrType = { kind: 'bool' };

/**
 * Solves `result = wanted` for `source`, through the instructions between them: addition, subtraction, multiplication, division, negation,
 * exp, log, sqrt, odd powers and names, each with the source in exactly one operand. Null when the way is not invertible. The density of
 * the result is then the source's density times the Jacobian (change of variables).
 */
export function invert(
  made: ReadonlyMap<ValueId, Instruction>,
  result: ValueId,
  source: ValueId,
  wanted: ValueId,
  fresh: Fresh,
  at: PlaceId,
): Inverse | null {
  const depends = dependence(made, source);
  const body: Instruction[] = [];
  const domain: ValueId[] = [];
  let jacobian: ValueId | null = null;
  const op = (name: OpName, args: readonly ValueId[], type: IrType = real): ValueId => {
    const value = fresh(type);
    body.push({ kind: 'op', at, result: value, op: name, args });
    return value.id;
  };
  const number = (value: number): ValueId => {
    const made = fresh(real);
    body.push({ kind: 'const', at, result: made, value });
    return made.id;
  };
  const add = (term: ValueId): void => {
    jacobian = jacobian === null ? term : op('add', [jacobian, term]);
  };
  const subtract = (term: ValueId): void => {
    jacobian = op('sub', [jacobian ?? number(0), term]);
  };
  const logAbs = (value: ValueId): ValueId => op('log', [op('abs', [value])]);

  /** The value where it is in the domain; elsewhere a stand-in, and the run gets weight zero. */
  const inside = (test: OpName, value: ValueId, standIn: number): ValueId => {
    const good = op(test, [value, number(0)], bool);
    domain.push(good);
    return op('select', [good, value, number(standIn)]);
  };

  let here = result;
  let value = wanted;
  while (here !== source) {
    const instruction = made.get(here);
    if (instruction === undefined) return null;
    const behind = sourceBehind(made, instruction);
    if (behind !== null) {
      here = behind;
      continue;
    }
    if (instruction.kind !== 'op') return null;
    const args = instruction.args.filter((a) => depends(a));
    const [through] = args;
    if (args.length !== 1 || through === undefined) return null;
    const first = instruction.args[0] === through;
    const other = instruction.args[first ? 1 : 0] ?? through;
    switch (instruction.op) {
      case 'to_real':
        break;
      case 'neg':
        value = op('neg', [value]);
        break;
      case 'add':
        value = op('sub', [value, other]);
        break;
      case 'sub':
        value = first ? op('add', [value, other]) : op('sub', [other, value]);
        break;
      case 'mul':
        value = op('div', [value, other]);
        subtract(logAbs(other));
        break;
      case 'div':
        if (first) {
          value = op('mul', [value, other]);
          add(logAbs(other));
        } else {
          subtract(op('mul', [number(2), logAbs(value)]));
          add(logAbs(other));
          value = op('div', [other, value]);
        }
        break;
      case 'exp':
        value = op('log', [inside('gt', value, 1)]);
        subtract(value);
        break;
      case 'log':
        add(value);
        value = op('exp', [value]);
        break;
      case 'sqrt':
        value = inside('gt', value, 1);
        add(op('log', [op('mul', [number(2), value])]));
        value = op('mul', [value, value]);
        break;
      default:
        return null;
    }
    here = through;
  }
  return { body, source: value, logJacobian: jacobian, domain };
}

/** The value that an instruction only passes on: a node's, or the member that was put into a family at the same index. */
export function sourceBehind(made: ReadonlyMap<ValueId, Instruction>, instruction: Instruction): ValueId | null {
  if (instruction.kind === 'node') return instruction.value;
  if (instruction.kind !== 'op' || instruction.op !== 'index') return null;
  const [array, index] = instruction.args;
  const extended = array === undefined ? undefined : made.get(array);
  if (extended?.kind !== 'op' || extended.op !== 'extend' || extended.args[1] !== index) return null;
  return extended.args[2] ?? null;
}

/** Whether a value hangs on the source, through the instructions of one region and what is inside them. */
export function dependence(made: ReadonlyMap<ValueId, Instruction>, source: ValueId): (id: ValueId) => boolean {
  const known = new Map<ValueId, boolean>([[source, true]]);
  const depends = (id: ValueId): boolean => {
    const found = known.get(id);
    if (found !== undefined) return found;
    known.set(id, false);
    const instruction = made.get(id);
    const answer = instruction !== undefined && [...usesOf(instruction)].some(depends);
    known.set(id, answer);
    return answer;
  };
  return depends;
}

/** Which instruction makes each value of a list of instructions. */
export function makers(instructions: readonly Instruction[]): Map<ValueId, Instruction> {
  const made = new Map<ValueId, Instruction>();
  for (const instruction of instructions) for (const { id } of resultsOf(instruction)) made.set(id, instruction);
  return made;
}
