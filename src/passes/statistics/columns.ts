/** Numbers of all rows, computed before the run. */
import type { Constant, Func, Instruction, IrType, Value, ValueId } from '../../ir/ir.js';
import { withFunctions } from '../../ir/program.js';
import { columnType, type Setting } from './plate.js';

const real: IrType = { kind: 'real' };

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
  const whole = builder.collect(() => {
    const start = builder.op('fill', [builder.int(rows * width), builder.real(0)]);
    const result = builder.fresh(type);
    const [from, to] = [builder.int(low), builder.int(low + rows)];
    const body = { args: [index, sum], body: inside.instructions, yields: [inside.value] };
    builder.emit({ kind: 'for', at: -1, results: [result], low: from, high: to, inits: [start], body });
    return result.id;
  });
  const func: Func = {
    name: 'rows of a plate',
    body: { args: [], body: [...before, ...whole.instructions], yields: [whole.value] },
    results: [type],
    draws: false,
    scores: false,
  };
  const found: Constant | null = pure(withFunctions(program, [func]), func.name);
  if (!(found instanceof Float64Array) || found.length !== rows * width) return null;
  return Array.from({ length: width }, (_, k) =>
    Float64Array.from({ length: rows }, (_none, i) => found[i * width + k]!),
  );
}
