import { compilePure } from '../../codegen/pure.js';
import { buildFunction } from '../../ir/build.js';
import { defaultLimits } from '../../ir/engine.js';
import { interpret } from '../../ir/interpret.js';
import type { Constant, IrType, Program } from '../../ir/ir.js';
import { findFunction, withFunctions } from '../../ir/program.js';
import type { Comparison, Measure } from '../../passes/comparison.js';
import type { Norm } from '../../passes/early_rejection.js';
import { prune } from '../../passes/slice.js';

/** The distance of summaries from what was seen, under a measure; NaN is farther than all. */
type Distance = (summaries: Float64Array, seen: Float64Array, measure: Measure) => number;

/** The distance of a program, to be called from outside of it. */
export function distanceOf(program: Program, { distance, norm }: Comparison): Distance {
  if (norm !== null) return (summaries, seen, measure) => normOf(norm, summaries, seen, scalesOf(measure));
  const call = functionOf(program, distance);
  return (summaries, seen, measure) => {
    const value =
      measure === null
        ? call(summaries, seen)
        : measure.kind === 'factor'
          ? call(summaries, seen, measure.factor)
          : call(divided(summaries, measure.scales), divided(seen, measure.scales));
    return typeof value === 'number' && !Number.isNaN(value) ? value : Number.POSITIVE_INFINITY;
  };
}

const scalesOf = (measure: Measure): Float64Array | null => (measure?.kind === 'scales' ? measure.scales : null);

/** The norms of the library, in the order of its operations. */
function normOf(norm: Norm, a: Float64Array, b: Float64Array, scales: Float64Array | null): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const scale = scales === null ? 1 : scales[k]!;
    const off = Math.abs(a[k]! / scale - b[k]! / scale);
    if (norm === 'maximum') sum = Math.max(sum, off);
    else sum += norm === 'euclidean' ? off * off : off;
  }
  if (Number.isNaN(sum)) return Number.POSITIVE_INFINITY;
  return norm === 'euclidean' ? Math.sqrt(sum) : sum;
}

/** As `scaled` of the library: vectors of another length stay as they are. */
function divided(values: Float64Array, scales: Float64Array): Float64Array {
  return values.length === scales.length ? values.map((x, k) => x / scales[k]!) : values;
}

/** Compiled, or interpreted where the platform forbids code made at run time. */
function functionOf(program: Program, name: string): (...args: readonly Constant[]) => Constant {
  const own = prune(program, name);
  return compilePure(own, name) ?? ((...args) => interpreted(own, name, args));
}

function interpreted(program: Program, name: string, args: readonly Constant[]): Constant {
  const func = findFunction(program, name);
  const types = func?.body.args.map((arg) => arg.type) ?? [];
  const results: readonly IrType[] = func?.results ?? [];
  const asking = 'asking for a distance';
  const main = buildFunction(asking, [{ kind: 'address' }], results, { draws: true, scores: false }, (b) =>
    b.call(
      name,
      args.map((value, i) => b.constant(types[i] ?? { kind: 'real' }, value)),
      results,
    ),
  );
  const kernel = interpret(withFunctions(program, [main]), asking, {
    layout: 'particle',
    key: [0, 0],
    limits: defaultLimits,
    externs: {},
  });
  return kernel.runBlock(0, 1).columns[0]?.[0] ?? Number.NaN;
}
