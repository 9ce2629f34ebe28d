/** Numbers of all rows, computed before the run. */
import type { Constant, Func, Instruction, IrType, Program, Value, ValueId } from '../../ir/ir.js';
import { withFunctions } from '../../ir/program.js';
import { createEvaluator } from '../evaluate.js';
import { columnType, type Setting } from './plate.js';

const real: IrType = { kind: 'real' };

/** So many numbers are interpreted. */
const fewNumbers = 300;
/** Most numbers that are computed for one plate. */
const mostNumbers = 2e7;

/**
 * Runs a row's instructions for each row from `low` on and gives a column for each of the values; null where there is a fault.
 *
 * @param before what the rows need of main
 * @param row makes the row's instructions, from the value of its number, and the values that are asked for
 */
export function columnsOf(
  { program, builder, pure }: Setting,
  before: readonly Instruction[],
  low: number,
  rows: number,
  row: (index: Value) => readonly Value[],
): readonly Float64Array[] | null {
  const index = builder.fresh({ kind: 'int' });
  const sum = builder.fresh(columnType(real, null));
  const asReal = ({ id, type }: Value): ValueId => {
    if (type.kind === 'real') return id;
    return builder.op('to_real', [type.kind === 'enum' ? builder.op('to_int', [id]) : id]);
  };
  let width = 0;
  const inside = builder.collect(() => {
    const asked = row(index);
    width = asked.length;
    let filled: ValueId = sum.id;
    const start = builder.op('mul', [builder.op('sub', [index.id, builder.int(low)]), builder.int(width)]);
    asked.forEach((value, k) => {
      filled = builder.op('set', [filled, builder.op('add', [start, builder.int(k)]), asReal(value)]);
    });
    return filled;
  });
  if (width === 0) return [];
  if (rows * width > mostNumbers) return null;
  const type = columnType(real, null);
  const summed = builder.collect(() => {
    const start = builder.op('fill', [builder.int(rows * width), builder.real(0)]);
    const result = builder.fresh(type);
    const [from, to] = [builder.int(low), builder.int(low + rows)];
    const body = { args: [index, sum], body: inside.instructions, yields: [inside.value] };
    builder.emit({ kind: 'for', at: -1, results: [result], low: from, high: to, inits: [start], body });
    return result.id;
  });
  const func: Func = {
    name: 'rows of a plate',
    body: { args: [], body: [...before, ...summed.instructions], yields: [summed.value] },
    results: [type],
    draws: false,
    scores: false,
  };
  const whole = withFunctions(program, [func]);
  // Few numbers are there sooner than code for them.
  const found = rows * width <= fewNumbers ? interpreted(whole, func) : pure(whole, func.name);
  if (!(found instanceof Float64Array) || found.length !== rows * width) return null;
  return Array.from({ length: width }, (_, k) =>
    Float64Array.from({ length: rows }, (_none, i) => found[i * width + k]!),
  );
}

/** The value of a function that takes nothing; null where it has a fault. */
function interpreted(program: Program, func: Func): Constant | null {
  const result: Value = { id: 0, type: columnType(real, null) };
  const call: Instruction = { kind: 'call', at: -1, results: [result], callee: func.name, args: [] };
  return createEvaluator().run(program, call, () => null)?.[0] ?? null;
}
