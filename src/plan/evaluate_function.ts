import { buildFunction } from '../ir/build.js';
import { defaultLimits } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import { interpret } from '../ir/interpret.js';
import type { Constant, Program } from '../ir/ir.js';
import { bind } from '../passes/bind.js';
import { prune } from '../passes/slice.js';

const name = 'evaluated';

/** The value of a pure function at real arguments (none: a constant expression), or null where it has a fault or an unknown input. */
export function evaluateFunction(
  program: Program,
  callee: string,
  inputs: Readonly<Record<string, Constant>>,
  args: readonly number[] = [],
): Constant | null {
  const func = program.functions[callee];
  if (func === undefined) return null;
  const [type] = func.results;
  if (type === undefined) return null;
  const main = buildFunction(name, [{ kind: 'address' }], [type], { draws: true, scores: false }, (b) =>
    b.call(
      callee,
      args.map((v) => b.real(v)),
      [type],
    ),
  );
  const whole = { ...program, functions: { ...program.functions, [name]: main } };
  const { program: bound, missing } = bind(prune(whole, name), inputs);
  if (missing.length > 0) return null;
  try {
    const limits = { ...defaultLimits, steps: 1e6, copied: 5e8 };
    const kernel = interpret(bound, name, { layout: 'particle', key: [0, 0], limits, externs: {} });
    return kernel.runBlock(0, 1).columns[0]?.[0] ?? null;
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}
