import { createBuilder } from '../ir/build.js';
import type { Constant, Func, IrType, Program, ValueId } from '../ir/ir.js';
import { findFunction, withFlags, withFunctions } from '../ir/program.js';
import { arrayOf, real as realType } from '../ir/type.js';
import { valuesOf } from '../ir/walk.js';
import { mainName } from './assemble.js';
import type { Norm } from './early_rejection.js';
import { optimise } from './pipeline.js';
import { vectorType } from './summaries.js';

/** How a program's summaries are compared with what was seen: they are the last two that `main` yields, both arrays of numbers. */
export type Comparison = {
  /** The function of the program that gives the distance of two vectors. */
  readonly distance: string;
  /** The function that divides a vector by scales, element by element. */
  readonly scaled: string;
  /** The distance takes the Cholesky factor of the summaries' covariance as well. */
  readonly whitened: boolean;
  /** What is compared are two samples, not two vectors of summaries: elements have no scale of their own. */
  readonly samples: boolean;
  /** Set where the distance is one of the library that can only grow with each element. */
  readonly norm: Norm | null;
};

/** What summaries are measured by: a scale for each, or the lower Cholesky factor of their covariance; null: as they are. */
export type Measure =
  | { readonly kind: 'scales'; readonly scales: Float64Array }
  | { readonly kind: 'factor'; readonly factor: readonly Float64Array[] }
  | null;

/** A measure that is written into a program: scales may be parameters of `main`, so that other scales need no other program. */
export type WrittenMeasure = Measure | { readonly kind: 'parameters'; readonly scales: readonly ValueId[] };

/** The program with so many real numbers as parameters of `main`, behind those that it has. */
export function withRealParameters(
  program: Program,
  count: number,
): { readonly program: Program; readonly parameters: readonly ValueId[] } {
  const func = findFunction(program, mainName);
  if (func === null) throw new Error('comparison: no function main');
  const b = createBuilder({ known: valuesOf(func.body) });
  const args = Array.from({ length: count }, () => b.fresh(real));
  const changed: Func = { ...func, body: { ...func.body, args: [...func.body.args, ...args] } };
  return { program: withFunctions(program, [changed]), parameters: args.map(({ id }) => id) };
}

const real: IrType = { kind: 'real' };
const matrixType = arrayOf(arrayOf(realType));

/**
 * The program with the distance computed in it: `main` yields its outputs, then the distance of the run from what was seen and, `keeping`
 * them, the summaries. Nothing else is left of what was compared, so it costs no memory outside of the run.
 */
export function withDistance(
  program: Program,
  comparison: Comparison,
  measure: WrittenMeasure,
  keeping: boolean,
): Program {
  const { func, outputs, values, seen } = compared(program);
  const b = createBuilder({ known: valuesOf(func.body) });
  const { instructions, value } = b.collect((): ValueId => {
    const [distance = values] = b.call(comparison.distance, argumentsOf(), [real]);
    return distance;
  });
  function argumentsOf(): readonly ValueId[] {
    if (measure === null) return [values, seen];
    if (measure.kind === 'factor') return [values, seen, constant(matrixType, measure.factor)];
    const scales =
      measure.kind === 'parameters' ? b.make(vectorType, measure.scales) : constant(vectorType, measure.scales);
    return [values, seen].map((id) => b.call(comparison.scaled, [id, scales], [vectorType])[0] ?? id);
  }
  function constant(type: IrType, content: Constant): ValueId {
    return b.constant(type, content);
  }
  const kept = keeping ? [values] : [];
  const changed: Func = {
    ...func,
    body: {
      ...func.body,
      body: [...func.body.body, ...instructions],
      yields: [...func.body.yields.slice(0, outputs), value, ...kept],
    },
    results: [...func.results.slice(0, outputs), real, ...kept.map(() => vectorType)],
  };
  return optimise(withFlags(withFunctions(program, [changed])), mainName, {}).program;
}

/** The program that yields the summaries and what was seen of them, and nothing else. */
export function onlySummaries(program: Program): Program {
  const { func, values, seen } = compared(program);
  const changed: Func = {
    ...func,
    body: { ...func.body, yields: [values, seen] },
    results: [vectorType, vectorType],
  };
  return optimise(withFunctions(program, [changed]), mainName, {}).program;
}

function compared(program: Program): {
  readonly func: Func;
  readonly outputs: number;
  readonly values: ValueId;
  readonly seen: ValueId;
} {
  const func = findFunction(program, mainName);
  if (func === null) throw new Error('comparison: no function main');
  const outputs = func.body.yields.length - 2;
  const values = func.body.yields[outputs];
  const seen = func.body.yields[outputs + 1];
  if (values === undefined || seen === undefined) throw new Error('comparison: nothing is compared');
  return { func, outputs, values, seen };
}
