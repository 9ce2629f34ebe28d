import type { Instruction, IrType, PlaceId, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import { usesOf } from '../ir/walk.js';

/** The value of a source that gives a wanted result, and the log of |d source / d result| (null: zero). */
type Inverse = {
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
 * exp, log, sqrt, odd powers, powers of a number and names, each with the source in exactly one operand; where it is in both, the rest
 * of the way must be linear in it. Null when the way is not invertible. The density of the result is then the source's density times
 * the Jacobian (change of variables).
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
  const write = createWriter(fresh, at);
  const { op, number, inside, logAbs } = write;
  let jacobian: ValueId | null = null;
  const add = (term: ValueId): void => {
    jacobian = jacobian === null ? term : op('add', [jacobian, term]);
  };
  const subtract = (term: ValueId): void => {
    jacobian = op('sub', [jacobian ?? number(0), term]);
  };
  const solved = (value: ValueId): Inverse => ({
    body: write.body,
    source: value,
    logJacobian: jacobian,
    domain: write.domain,
  });

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
    if (through === undefined) return null;
    if (args.length > 1) {
      const line = lineThrough(made, here, source, depends, write);
      if (line === null) return null;
      const slope = inside('ne', line.slope, 1);
      subtract(logAbs(slope));
      return solved(op('div', [op('sub', [value, line.offset]), slope]));
    }
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
      case 'mul': {
        const by = inside('ne', other, 1);
        value = op('div', [value, by]);
        subtract(logAbs(by));
        break;
      }
      case 'div': {
        const part = inside('ne', other, 1);
        if (first) value = op('mul', [value, part]);
        else {
          const whole = inside('ne', value, 1);
          subtract(op('mul', [number(2), logAbs(whole)]));
          value = op('div', [part, whole]);
        }
        add(logAbs(part));
        break;
      }
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
      case 'power': {
        const exponent = made.get(other);
        const n = exponent?.kind === 'const' && typeof exponent.value === 'number' ? exponent.value : 0;
        if (!first || n % 2 === 0 || n < 0) return null;
        const size = op('pow', [op('abs', [inside('ne', value, 1)]), number(1 / n)]);
        subtract(op('add', [number(Math.log(n)), op('mul', [number(n - 1), op('log', [size])])]));
        value = op('mul', [op('sign', [value]), size]);
        break;
      }
      case 'pow': {
        if (first) return null;
        const base = op('log', [inside('gt', other, Math.E)]);
        const power = inside('gt', value, 1);
        const slope = inside('ne', base, 1);
        value = op('div', [op('log', [power]), slope]);
        subtract(op('add', [op('log', [power]), logAbs(slope)]));
        break;
      }
      default:
        return null;
    }
    here = through;
  }
  return solved(value);
}

type Writer = {
  readonly body: Instruction[];
  readonly domain: ValueId[];
  readonly op: (name: OpName, args: readonly ValueId[], type?: IrType) => ValueId;
  readonly number: (value: number) => ValueId;
  /** The value where it is in the domain (`test` against zero); elsewhere a stand-in, and the run gets weight zero. */
  readonly inside: (test: 'gt' | 'ne', value: ValueId, standIn: number) => ValueId;
  readonly logAbs: (value: ValueId) => ValueId;
};

function createWriter(fresh: Fresh, at: PlaceId): Writer {
  const body: Instruction[] = [];
  const domain: ValueId[] = [];
  const op: Writer['op'] = (name, args, type = real) => {
    const value = fresh(type);
    body.push({ kind: 'op', at, result: value, op: name, args });
    return value.id;
  };
  const number = (value: number): ValueId => {
    const made = fresh(real);
    body.push({ kind: 'const', at, result: made, value });
    return made.id;
  };
  return {
    body,
    domain,
    op,
    number,
    inside: (test, value, standIn) => {
      const good = op(test, [value, number(0)], bool);
      domain.push(good);
      return op('select', [good, value, number(standIn)]);
    },
    logAbs: (value) => op('log', [op('abs', [value])]),
  };
}

/** A value as `slope * source + offset`; null where it is not linear in the source. */
function lineThrough(
  made: ReadonlyMap<ValueId, Instruction>,
  value: ValueId,
  source: ValueId,
  depends: (id: ValueId) => boolean,
  write: Writer,
): { readonly slope: ValueId; readonly offset: ValueId } | null {
  const { op, number } = write;
  if (value === source) return { slope: number(1), offset: number(0) };
  if (!depends(value)) return { slope: number(0), offset: value };
  const instruction = made.get(value);
  if (instruction === undefined) return null;
  const behind = sourceBehind(made, instruction);
  if (behind !== null) return lineThrough(made, behind, source, depends, write);
  if (instruction.kind !== 'op') return null;
  const [a = value, b = a] = instruction.args;
  const along = (id: ValueId) => lineThrough(made, id, source, depends, write);
  const [left, right] = [along(a), along(b)];
  if (left === null || right === null) return null;
  const each = (change: (id: ValueId) => ValueId) => ({ slope: change(left.slope), offset: change(left.offset) });
  switch (instruction.op) {
    case 'to_real':
      return left;
    case 'neg':
      return each((id) => op('neg', [id]));
    case 'add':
    case 'sub': {
      const { op: name } = instruction;
      return { slope: op(name, [left.slope, right.slope]), offset: op(name, [left.offset, right.offset]) };
    }
    case 'mul':
      if (!depends(b)) return each((id) => op('mul', [id, b]));
      return depends(a) ? null : { slope: op('mul', [a, right.slope]), offset: op('mul', [a, right.offset]) };
    case 'div':
      return depends(b) ? null : each((id) => op('div', [id, b]));
    default:
      return null;
  }
}

/** The value that an instruction only passes on: a node's, a part of what was just put together, a member taken out of its family again. */
export function sourceBehind(made: ReadonlyMap<ValueId, Instruction>, instruction: Instruction): ValueId | null {
  if (instruction.kind === 'node') return instruction.value;
  if (instruction.kind === 'get') {
    const whole = made.get(instruction.target);
    return whole?.kind === 'make' ? (whole.parts[instruction.position] ?? null) : null;
  }
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
