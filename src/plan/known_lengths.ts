import { defaultLimits } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import {
  type Constant,
  type Instruction,
  type IrType,
  type Program,
  type Region,
  resultsOf,
  type ValueId,
} from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import { isIrType } from '../ir/ops.js';
import { findFunction } from '../ir/program.js';
import { isScalarType } from '../ir/values.js';
import { maximalId, some, typesOf, visit } from '../ir/walk.js';
import { mainName } from '../passes/assemble.js';
import type { Output } from '../passes/flatten.js';
import { randomValues } from '../passes/randomness.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { engines } from './engines.js';

type Whole = { readonly program: Program; readonly outputs: readonly Output[] };

/** Scalars that outputs may be taken apart into. */
const mostParts = 50_000;

/**
 * Takes arrays among the outputs apart where every run gives them the same length: where no branch, `while` or call makes an array, and what
 * decides a length is the same in all runs. One run then tells the lengths. The program as it was where that is not so.
 */
export function withKnownLengths(whole: Whole): Whole {
  const main = findFunction(whole.program, mainName);
  if (main === null || whole.outputs.every((o) => isScalarType(o.type))) return whole;
  const shapes = lengthsVary(whole.program, main.body) ? null : oneRun(whole);
  if (shapes === null) return whole;
  let next = maximalId(main.body) + 1;
  const body: Instruction[] = [...main.body.body];
  const outputs: Output[] = [];
  const yields: ValueId[] = [];
  const take = (id: ValueId, shape: Constant, { target, path, type }: Output): void => {
    if (isScalarType(type) || typeof shape === 'number' || typeof shape === 'string') {
      yields.push(id);
      outputs.push({ target, path, type });
      return;
    }
    for (const [k, part] of Array.from<Constant>(shape).entries()) {
      const taken = partOf(type, k);
      if (taken === null) continue;
      const result = { id: next++, type: taken.type };
      if (type.kind === 'array') {
        const index = { id: next++, type: { kind: 'int' } as const };
        body.push({ kind: 'const', at: -1, result: index, value: k });
        body.push({ kind: 'op', at: -1, result, op: 'index', args: [id, index.id] });
      } else body.push({ kind: 'get', at: -1, result, target: id, position: k });
      take(result.id, part, { target, path: `${path}${taken.name}`, type: taken.type });
    }
  };
  for (const [k, output] of whole.outputs.entries()) take(main.body.yields[k] ?? -1, shapes[k] ?? 0, output);
  if (outputs.length > mostParts) return whole;
  const taken = { ...main, body: { ...main.body, body, yields }, results: outputs.map((o) => o.type) };
  return { program: { ...whole.program, functions: { ...whole.program.functions, [mainName]: taken } }, outputs };
}

const isLong = (type: IrType): boolean => !isScalarType(type) && type.kind !== 'address';

/** Whether an array may be longer in one run than in another: something that may differ from run to run decides how long. */
function lengthsVary(program: Program, body: Region): boolean {
  const random = randomValues(program, body);
  const types = typesOf(body);
  const made = new Map<ValueId, Instruction>();
  visit(body, (i) => {
    for (const result of resultsOf(i)) made.set(result.id, i);
  });
  // As long as no array varies, no length does.
  const same = (id: ValueId | undefined): boolean => {
    if (id === undefined || !random.has(id)) return true;
    const i = made.get(id);
    return i?.kind === 'op' && (i.op === 'length' || i.args.every(same));
  };
  return some(body, (i) => {
    if (i.kind === 'while') return true;
    if (!resultsOf(i).some((r) => isLong(r.type))) return false;
    switch (i.kind) {
      case 'if':
      case 'call':
        return true;
      case 'for':
        return !same(i.low) || !same(i.high);
      case 'draw':
        return i.params.some((id) => types.get(id)?.kind === 'int' && !same(id));
      case 'op':
        return decides[i.op]?.some((k) => !same(i.args[k])) ?? false;
      default:
        return false;
    }
  });
}

/** Operands by which an operation decides the length of its result. */
const decides: Partial<Record<OpName, readonly number[]>> = { fill: [0], extend: [1], index: [1], select: [0] };

/** The type of a part and how it is written behind the whole. */
function partOf(type: IrType, position: number): { readonly type: IrType; readonly name: string } | null {
  const [inner, name] =
    type.kind === 'array'
      ? [type.element, `[${position}]`]
      : type.kind === 'tuple'
        ? [type.elements[position], `[${position}]`]
        : type.kind === 'record'
          ? [type.fields[position]?.type, `.${type.fields[position]?.name ?? ''}`]
          : [undefined, ''];
  return inner === undefined || !isIrType(inner) ? null : { type: inner, name };
}

/** The outputs of one run; null where it has a fault. */
function oneRun({ program }: Whole): readonly Constant[] | null {
  const options = { layout: 'particle', key: keyFromSeed('lengths'), limits: defaultLimits, externs: {} } as const;
  try {
    const { columns } = engines.js(program, mainName, options).runBlock(0, 1);
    return columns.map((column) => column[0] ?? 0);
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}
