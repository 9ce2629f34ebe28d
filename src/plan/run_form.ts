import { mayMakeCode } from '../codegen/factories.js';
import type { Course, Dependence, Posterior, Progress, Summary, Task } from '../inference/backend.js';
import { type NamedColumn, scalarColumns } from '../inference/columns.js';
import { errorsUnder } from '../inference/dependence.js';
import {
  estimate,
  estimateOfMoments,
  type MeanForm,
  massOf,
  type NumberEstimate,
  type NumericForm,
} from '../inference/estimate.js';
import { type BlockMoments, effectiveSampleSizeOf, logEvidenceOf } from '../inference/statistics/block_moments.js';
import { chainsOf, type Mixing, mixingOf } from '../inference/statistics/chains.js';
import { normalReach } from '../inference/statistics/interval.js';
import { deviationAbout, weightedMean } from '../inference/statistics/moments.js';
import { paretoKhatOf, paretoKhatOfGreatest } from '../inference/statistics/pareto.js';
import {
  type Estimate,
  effectiveSampleSize,
  logEvidence,
  type Weights,
  weightsOf,
} from '../inference/statistics/weights.js';
import { defaultLimits, type Kernel, type Left, type Limits } from '../ir/engine.js';
import type { Constant, IrType } from '../ir/ir.js';
import { isScalarType } from '../ir/values.js';
import { visit } from '../ir/walk.js';
import { type Pool, type Stop, serialPool } from '../runtime/jobs.js';
import type { Key } from '../runtime/random/seed.js';
import type { FormName } from '../syntax/tree.js';
import { chooseEngine, leftBy, telling } from './choose_engine.js';
import type { EngineName } from './engine_names.js';
import { compiled } from './makers.js';
import type { Plan } from './plan.js';

/** A form's draws, read as named scalar columns, and what can be said of their weights. */
export type FormRun = Judgement & {
  readonly kind: 'kept';
  readonly weights: Weights;
  /** Scalar columns of each target. */
  readonly targets: readonly (readonly NamedColumn[])[];
  /** How the draws hang together. */
  readonly dependence: Dependence;
  /** Of each scalar column, where the draws are those of chains. */
  readonly mixing: readonly (readonly Mixing[])[] | null;
};

/** What is left of a form's draws that were not kept. */
export type MeanRun = Judgement & { readonly kind: 'summed'; readonly moments: BlockMoments };

/** What can be said of the weights of a run. */
type Judgement = {
  readonly plan: Plan;
  readonly course: Course;
  /** Draws that were made, and those that agree with the evidence. */
  readonly count: number;
  readonly positive: number;
  /** The log evidence; null where the method does not measure it. */
  readonly evidence: Estimate | null;
  /** Of the weights; for draws of chains the least of the quantities that are asked for. */
  readonly ess: number;
  readonly khat: number | null;
  /** Whether the interpreter ran in the place of the engine, because the platform forbids code made at run time. */
  readonly interpreted: boolean;
  /** Which engine took the place of the one asked for by name, which could not compile the program. */
  readonly left: Left | null;
};

/** What a run needs beside its plan. `memoryLimit` is in bytes. */
export type RunSettings = {
  readonly key: Key;
  readonly engine: EngineName;
  readonly limits?: Limits;
  readonly memoryLimit: number;
  /** Left out: all work is done here. */
  readonly pool?: Pool;
  readonly externs: Readonly<Record<string, (...args: Constant[]) => Constant>>;
};

/** Relative accuracy at which sampling may stop: a standard error of 1 % of the standard deviation. */
const wanted = 0.01;

/** Runs the plan of one form. Pauses between blocks; a value sent into a pause stops the run, and what was drawn is used. */
export function* runForm(plan: Plan, settings: RunSettings): Generator<Progress, FormRun, Stop> {
  const { task, engine } = taskOf(plan, settings);
  const read = (posterior: Posterior): FormRun => readRun(plan, posterior, engine());
  return read(yield* plan.method.run({ ...task, accurate: (posterior) => isAccurate(read(posterior)) }));
}

/** The form where its answer is a mean of one scalar, so that draws need not be kept; else null. */
export function meanForm(plan: Plan): MeanForm | null {
  const { form } = plan.form;
  const [output, ...others] = plan.outputs;
  const scalar =
    plan.method.runForMean !== null &&
    !keeps(plan) &&
    others.length === 0 &&
    (output === undefined || isScalarType(output.type));
  if (!scalar || isDistribution(plan)) return null;
  return form === 'P' || form === 'E' || form === 'evidence' ? form : null;
}

const keeps = ({ method, options }: Plan): boolean => method.keeps?.(options) === true;

/** As `runForm`, for a form whose answer is a mean. Draws are summed up as they come. */
export function* runForMean(plan: Plan, form: MeanForm, settings: RunSettings): Generator<Progress, MeanRun, Stop> {
  const { task, engine } = taskOf(plan, settings);
  const read = (summary: Summary): MeanRun => readSummary(plan, summary, engine());
  const accurate = (summary: Summary): boolean => {
    const { moments } = summary;
    const { se, spread } = estimateOfMoments(form, moments, typeOf(plan));
    return !isOneDraw(moments.positive, effectiveSampleSizeOf(moments)) && !(se > wanted * spread);
  };
  if (plan.method.runForMean === null) throw new Error(`plan: ${plan.method.name} keeps its draws`);
  return read(yield* plan.method.runForMean({ ...task, accurate }));
}

/** The type of what a mean is taken of. */
export const typeOf = (plan: Plan): IrType => plan.outputs[0]?.type ?? { kind: 'real' };

/** What became of the engine. */
type EngineReport = Pick<Judgement, 'interpreted' | 'left'>;

function taskOf(
  plan: Plan,
  settings: RunSettings,
): { readonly task: Omit<Task, 'accurate'>; readonly engine: () => EngineReport } {
  const choice = chooseEngine(plan, settings.engine);
  if (choice === null) throw new Error(`plan: there is no engine '${settings.engine}'`);
  const byName = settings.engine !== 'auto';
  let heard: Left | null = null;
  const hear = (left: Left): void => {
    heard ??= left;
  };
  const engine = byName ? telling(choice, hear) : choice.engine;
  const kernelOptions = {
    layout: plan.layout.layout,
    key: settings.key,
    limits: settings.limits ?? defaultLimits,
    externs: externsOf(plan, settings.externs),
  };
  let made: Kernel | null = null;
  const kernel = (): Kernel => {
    made ??= compiled(engine, plan.program, kernelOptions);
    return made;
  };
  const outputs = plan.outputs.map((o) => o.type);
  const { memoryLimit } = settings;
  const { program, facts, comparison, size, options } = plan;
  const pool = settings.pool ?? serialPool;
  const task = { kernel, program, facts, comparison, kernelOptions, engine, pool, outputs, size, memoryLimit, options };
  // Where code may be made of text, what was not compiled would not have been interpreted.
  const interpreted = (): boolean => (made !== null || !mayMakeCode()) && kernel().interpreted === true;
  let found: Left | null | undefined;
  const left = (): Left | null => {
    if (!byName) return null;
    // What is run as a whole is compiled by the engine, which has said so.
    if (plan.method.runs === undefined) return heard;
    if (found === undefined) found = leftBy(plan, choice, kernelOptions);
    return found;
  };
  return { task, engine: () => ({ interpreted: interpreted(), left: left() }) };
}

/** The functions of the host that the program calls: a program that calls none can be handed to workers. */
function externsOf({ program }: Plan, externs: RunSettings['externs']): RunSettings['externs'] {
  const called = new Set<string>();
  for (const { body } of Object.values(program.functions))
    visit(body, (i) => {
      if (i.kind === 'extern') called.add(i.callee);
    });
  return Object.fromEntries(Object.entries(externs).filter(([name]) => called.has(name)));
}

function readSummary(plan: Plan, { moments, greatest, ...course }: Summary, engine: EngineReport): MeanRun {
  return {
    kind: 'summed',
    plan,
    course,
    moments,
    count: moments.count,
    positive: moments.positive,
    evidence: logEvidenceOf(moments),
    ess: effectiveSampleSizeOf(moments),
    khat: paretoKhatOfGreatest(moments, greatest),
    ...engine,
  };
}

function readRun(plan: Plan, posterior: Posterior, engine: EngineReport): FormRun {
  const weights = weightsOf(posterior.logWeights);
  const targets = plan.targets.map((_, target) =>
    plan.outputs.flatMap((output, k) => {
      const column = posterior.columns[k];
      if (output.target !== target || column === undefined) return [];
      return scalarColumns(column, output.type, output.path);
    }),
  );
  const {
    logWeights,
    columns: _,
    dependence,
    weighedAlone = dependence.kind === 'independent',
    measuresEvidence,
    logEvidence: told,
    ...course
  } = posterior;
  const measured = (): Estimate =>
    dependence.kind === 'independent' ? logEvidence(weights) : estimate('evidence', [], weights, [], dependence);
  const evidence = measuresEvidence ? measured() : (told ?? null);
  const common = { kind: 'kept', plan, course, weights, targets, dependence, evidence, ...engine } as const;
  const counts = { count: logWeights.length, positive: weights.positive };
  if (dependence.kind !== 'chains') {
    const khat = weighedAlone ? paretoKhatOf(weights) : null;
    return { ...common, ...counts, ess: effectiveSampleSize(weights), khat, mixing: null };
  }
  const mixing = targets.map((columns) => columns.map(({ values }) => mixingOf(chainsOf(values, dependence.starts))));
  const known = mixing.flat().flatMap(({ bulk }) => (Number.isNaN(bulk) ? [] : [bulk]));
  return { ...common, ...counts, ess: Math.min(logWeights.length, ...known), khat: null, mixing };
}

/** A single draw that counts always equals itself: its standard error of 0 says nothing. */
const fewestThatDiffer = 2;

/** Whether nearly all weight is that of one draw, whose error and spread then vanish together. */
const isOneDraw = (positive: number, ess: number): boolean =>
  positive < fewestThatDiffer || ess < fewestThatDiffer - 1e-6;

const isAccurate = (run: FormRun): boolean => {
  if (isOneDraw(run.positive, run.dependence.kind === 'independent' ? run.ess : run.positive)) return false;
  // Few replicas may have a small error by chance, and to stop there would be to choose such chances: it is taken at two errors of its own
  // above what it seems to be.
  const { reach, uncertainty } = errorsUnder(run.dependence, run.weights);
  const rough = (reach / normalReach) * (1 + 2 * uncertainty);
  // No number at all is for the answer to report; more draws don't mend it.
  return errorsOf(run).every(({ se, spread }) => !(rough * se > wanted * spread));
};

/** Standard errors of all numbers that the form answers with, beside the spreads they are measured against. */
function errorsOf(run: FormRun): readonly { readonly se: number; readonly spread: number }[] {
  const { form } = run.plan.form;
  const numeric = numericForm(form);
  if (asksForDraws(form)) {
    return run.targets.flat().map((column) => {
      const { se, deviation } = summaryOf(column.values, run);
      return { se, spread: deviation };
    });
  }
  if (isDistribution(run.plan)) {
    const [column] = run.targets[0] ?? [];
    if (column === undefined) return [];
    return massOf(column, run.weights, run.dependence).map(({ probability: { value, se } }) => ({
      se,
      spread: Math.sqrt(value * (1 - value)),
    }));
  }
  return numeric === null ? [] : [numberOf(run, numeric)];
}

/** `P` of a target that is not a bool is its whole distribution. */
export const isDistribution = (plan: Plan): boolean => plan.form.form === 'P' && plan.targets[0]?.type.kind !== 'bool';

/** Whether the answer is a table of the targets with their draws. */
export const asksForDraws = (form: FormName): boolean => form === 'posterior' || form === 'predict';

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
  return estimate(form, columns, run.weights, types, run.dependence);
}

/** What the draws of one quantity say of it. */
export type ColumnSummary = Estimate & { readonly deviation: number; readonly weights: Weights; readonly ess: number };

/**
 * Mean and standard deviation of a scalar column. Arrays may be longer in some runs than in others: a part is summed up over the draws
 * that have it.
 */
export function summaryOf(values: Float64Array, run: FormRun): ColumnSummary {
  const weights = presentIn(values, run.weights);
  const influence = new Float64Array(values.length);
  const { value } = weightedMean(values, weights, influence);
  const known = weights.positive >= fewestThatDiffer;
  const se = known ? errorsUnder(run.dependence, weights).of(influence) : Number.NaN;
  const deviation = known ? deviationAbout(value, values, weights) : Number.NaN;
  const weighing = weights === run.weights ? run.ess : effectiveSampleSize(weights);
  // Resampling makes draws alike, of which their weights know nothing; replicas that differ tell.
  const ess = run.dependence.kind === 'replicas' && se > 0 ? Math.min(weighing, (deviation / se) ** 2) : weighing;
  return { value, se, deviation, weights, ess };
}

/** Whether there is a NaN. Columns are long: a call for each of their values would take longer than all else that is done with it. */
function hasNaN(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

/** The weights of the draws that have a value; of the others 0. */
function presentIn(values: Float64Array, weights: Weights): Weights {
  if (!hasNaN(values)) return weights;
  return weightsOf(weights.relative.map((w, i) => (Number.isNaN(values[i]!) ? Number.NEGATIVE_INFINITY : Math.log(w))));
}
