import type { Posterior, Progress, Task } from '../inference/backend.js';
import { type NamedColumn, scalarColumns } from '../inference/columns.js';
import { estimate, massOf, type NumberEstimate, type NumericForm } from '../inference/estimate.js';
import { weightedMean, weightedStandardDeviation } from '../inference/statistics/moments.js';
import { paretoKhatOf } from '../inference/statistics/pareto.js';
import { effectiveSampleSize, type Weights, weightsOf } from '../inference/statistics/weights.js';
import { defaultLimits, type Limits } from '../ir/engine.js';
import type { Constant, IrType } from '../ir/ir.js';
import { mainName } from '../passes/assemble.js';
import type { Key } from '../runtime/random/seed.js';
import { type EngineName, engines } from './engines.js';
import type { Plan } from './plan.js';

/** A form's draws, read as named scalar columns, and what can be said of their weights. */
export type FormRun = {
  readonly plan: Plan;
  readonly posterior: Posterior;
  readonly weights: Weights;
  /** Scalar columns of each target. */
  readonly targets: readonly (readonly NamedColumn[])[];
  readonly ess: number;
  readonly khat: number | null;
  /** Whether the interpreter ran in the place of the engine, because the platform forbids code made at run time. */
  readonly interpreted: boolean;
};

/** What a run needs beside its plan. `memoryLimit` is in bytes. */
export type RunSettings = {
  readonly key: Key;
  readonly engine: EngineName;
  readonly limits?: Limits;
  readonly memoryLimit: number;
  readonly externs: Readonly<Record<string, (...args: Constant[]) => Constant>>;
};

/** Relative accuracy at which sampling may stop: a standard error of 1 % of the standard deviation. */
const wanted = 0.01;

/** Runs the plan of one form. Pauses between blocks; a value sent into a pause stops the run, and what was drawn is used. */
export function* runForm(
  plan: Plan,
  settings: RunSettings,
): Generator<Progress, FormRun, 'time' | 'abort' | undefined> {
  const kernel = engines[settings.engine](plan.program, mainName, {
    layout: plan.layout.layout,
    key: settings.key,
    limits: settings.limits ?? defaultLimits,
    externs: settings.externs,
  });
  const interpreted = kernel.interpreted === true;
  const outputs = plan.outputs.map((o) => o.type);
  const task: Task = {
    kernel,
    outputs,
    size: plan.size,
    accurate: (posterior) => isAccurate(readRun(plan, posterior, interpreted)),
    memoryLimit: settings.memoryLimit,
    options: plan.options,
  };
  const posterior = yield* plan.method.run(task);
  return readRun(plan, posterior, interpreted);
}

function readRun(plan: Plan, posterior: Posterior, interpreted: boolean): FormRun {
  const weights = weightsOf(posterior.logWeights);
  const targets = plan.targets.map((_, target) =>
    plan.outputs.flatMap((output, k) => {
      const column = posterior.columns[k];
      if (output.target !== target || column === undefined) return [];
      return scalarColumns(column, output.type, output.path);
    }),
  );
  const khat = paretoKhatOf(weights);
  return { plan, posterior, weights, targets, ess: effectiveSampleSize(weights), khat, interpreted };
}

const isAccurate = (run: FormRun): boolean => {
  if (run.weights.positive === 0) return false;
  // No number at all is for the answer to report; more draws don't mend it.
  return errorsOf(run).every(({ se, spread }) => !(se > wanted * spread));
};

/** Standard errors of all numbers that the form answers with, beside the spreads they are measured against. */
function errorsOf(run: FormRun): readonly { readonly se: number; readonly spread: number }[] {
  const { form } = run.plan.form;
  const numeric = numericForm(form);
  if (form === 'posterior') {
    return run.targets.flat().map((c) => ({
      se: weightedMean(c.values, run.weights).se,
      spread: weightedStandardDeviation(c.values, run.weights).value,
    }));
  }
  if (isDistribution(run.plan)) {
    const [column] = run.targets[0] ?? [];
    if (column === undefined) return [];
    return massOf(column, run.weights).map(({ probability: { value, se } }) => ({
      se,
      spread: Math.sqrt(value * (1 - value)),
    }));
  }
  return numeric === null ? [] : [numberOf(run, numeric)];
}

/** `P` of a target that is not a bool is its whole distribution. */
export const isDistribution = (plan: Plan): boolean => plan.form.form === 'P' && plan.targets[0]?.type.kind !== 'bool';

/** The form where its answer is one number, else null. */
export function numericForm(form: Plan['form']['form']): NumericForm | null {
  switch (form) {
    case 'P':
    case 'E':
    case 'Var':
    case 'Sd':
    case 'Median':
    case 'Q':
    case 'Cov':
    case 'Corr':
    case 'evidence':
      return form;
    default:
      return null;
  }
}

/** The first scalar column of each target, with its type. */
export const readTargets = (
  run: FormRun,
): { readonly columns: readonly Float64Array[]; readonly types: readonly IrType[] } => ({
  columns: run.targets.map(([c]) => c?.values ?? new Float64Array(0)),
  types: run.targets.map(([c]) => c?.type ?? { kind: 'real' }),
});

/** The number that a numeric form answers with. */
export function numberOf(run: FormRun, form: NumericForm): NumberEstimate {
  const { columns, types } = readTargets(run);
  return estimate(form, columns, run.weights, types);
}
