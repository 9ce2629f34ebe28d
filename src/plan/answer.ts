import type { Declared, Project } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import type { NamedColumn } from '../inference/columns.js';
import { massOf, type NumberEstimate } from '../inference/estimate.js';
import { weightedHistogram } from '../inference/statistics/histogram.js';
import { weightedMean, weightedStandardDeviation } from '../inference/statistics/moments.js';
import { quantileOf } from '../inference/statistics/quantile.js';
import { sortDraws } from '../inference/statistics/sorted_draws.js';
import { logEvidence } from '../inference/statistics/weights.js';
import { isFault } from '../ir/faults.js';
import type { Constant, IrType } from '../ir/ir.js';
import { isDiscrete } from '../ir/type.js';
import { dataInputs } from '../lower/inputs.js';
import { isRaised } from '../lower/raise.js';
import {
  type Answer,
  blankAnswer,
  histogramBins,
  type Mass,
  type NamedHistogram,
  type Scalar,
  type VariableSummary,
} from '../report/answer.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Form, Query } from '../syntax/tree.js';
import { evaluateArithmetic, formsOf, onlyForm } from './arithmetic.js';
import type { EngineName } from './engines.js';
import {
  type ExactPlan,
  isExact,
  massesOfExact,
  numberOfExact,
  summariesOfExact,
  trustOfExact,
} from './exact_answer.js';
import { codeOfFault, type Plan, type PlanSettings, placeOf, planForm } from './plan.js';
import { type FormRun, isDistribution, numberOf, numericForm, runForm } from './run_form.js';
import { trustOf } from './trust.js';

/** All that a run decides for every query. */
export type AnswerSettings = PlanSettings & {
  readonly seed: string;
  readonly engine: EngineName;
  readonly memoryLimit: number;
  readonly externs: Readonly<Record<string, (...args: Constant[]) => Constant>>;
};

/** Answers one query. Pauses between blocks; a value sent into a pause stops the sampling, and what was drawn is used. */
export function* answerQuery(
  project: Project,
  query: Declared<Query>,
  settings: AnswerSettings,
): Generator<Progress, Answer, 'time' | 'abort' | undefined> {
  const { declaration, source } = query;
  const name = declaration.name?.text ?? null;
  const text = source.text
    .slice(declaration.expression.span.start, declaration.expression.span.end)
    .replace(/\s+/g, ' ');
  const model = modelOf(project, declaration);
  const blank = blankAnswer(name, text, model, 'value');
  const refuse = (code: DiagnosticCode, message: string): Answer => ({
    ...blank,
    error: diagnose(code, message, source, declaration.span),
  });
  const { expression } = declaration;
  if (expression.kind !== 'value') {
    const word = expression.kind === 'optimise' ? `arg${expression.direction}` : expression.kind;
    return refuse('E0492', `'${word}' has no method in this version.`);
  }
  if (model === null || !project.models.has(model))
    return refuse('E0492', 'A graph without mechanisms can only be asked what is identifiable.');
  const forms = formsOf(expression.value);
  const runs = new Map<Form, FormResult>();
  const warnings: Diagnostic[] = [];
  for (const [i, form] of forms.entries()) {
    const planned = planForm(project, query, form, model, settings);
    if (!planned.ok) return { ...blank, error: planned.diagnostics[0] ?? null };
    if (isExact(planned.value)) {
      const trust = trustOfExact(planned.value, source);
      if (trust.error !== null)
        return { ...blank, ...costs([{ kind: 'exact', plan: planned.value }]), error: trust.error };
      warnings.push(...trust.warnings);
      runs.set(form, { kind: 'exact', plan: planned.value });
      continue;
    }
    const key = keyFromSeed(i === 0 ? settings.seed : `${settings.seed}#${i}`);
    try {
      const run = yield* runForm(planned.value, {
        key,
        engine: settings.engine,
        memoryLimit: settings.memoryLimit,
        externs: settings.externs,
      });
      const trust = trustOf(run, source);
      if (trust.error !== null)
        return { ...blank, ...costs([{ kind: 'sampled', plan: planned.value, run }]), error: trust.error };
      warnings.push(...trust.warnings);
      runs.set(form, { kind: 'sampled', plan: planned.value, run });
    } catch (thrown) {
      if (isRaised(thrown)) return { ...blank, error: thrown.raised };
      if (!isFault(thrown)) throw thrown;
      const place = placeOf(project, planned.value.program, thrown.at, source, form.span);
      return { ...blank, error: diagnose(codeOfFault(thrown.code), thrown.message, place.source, place.span) };
    }
  }
  const all = [...runs.values()];
  const common: Answer = { ...blank, ...costs(all), warnings };
  const only = onlyForm(expression.value);
  const single = only === null ? undefined : runs.get(only);
  if (single !== undefined) return answerForm(common, single);
  const estimates = new Map<Form, NumberEstimate>();
  for (const [form, result] of runs) {
    const numeric = numericForm(form.form);
    if (numeric === null || isDistribution(result.plan))
      return refuse('E0492', 'Only forms whose answer is a number can be computed with.');
    estimates.set(form, result.kind === 'exact' ? numberOfExact(result.plan) : numberOf(result.run, numeric));
  }
  const inputs = dataInputs(project);
  return { ...common, ...numberAnswer(evaluateArithmetic(project, source, expression.value, inputs, estimates)) };
}

/** The model that a query asks about: named, or the only one there is. */
export function modelOf(project: Project, query: Query): string | null {
  if (query.model !== null) return query.model.name.text;
  const [only, ...others] = [...project.models.keys()].filter((name) => !name.includes('@'));
  return others.length === 0 ? (only ?? null) : null;
}

const numberAnswer = (estimate: NumberEstimate): Pick<Answer, 'kind' | 'value' | 'se' | 'interval'> => ({
  kind: 'value',
  value: estimate.value,
  se: estimate.se,
  interval: estimate.interval,
});

/** What became of one form. */
type FormResult =
  | { readonly kind: 'exact'; readonly plan: ExactPlan }
  | { readonly kind: 'sampled'; readonly plan: Plan; readonly run: FormRun };

type Costs = Pick<Answer, 'draws' | 'ess' | 'logEvidence' | 'logEvidenceSe' | 'diagnostics' | 'method' | 'exact'>;

/** What all forms of the query took together. */
function costs(results: readonly FormResult[]): Costs {
  const [first] = results;
  const runs = results.flatMap((r) => (r.kind === 'sampled' ? [r.run] : []));
  const evidence = first === undefined || results.length > 1 ? null : evidenceOf(first);
  const ess = runs.map((r) => r.ess);
  const khats = runs.flatMap((r) => (r.khat === null ? [] : [r.khat]));
  const sampled = results.find((r) => r.kind === 'sampled');
  return {
    draws: runs.reduce((n, r) => n + r.posterior.logWeights.length, 0),
    ess: ess.length === 0 ? null : Math.min(...ess),
    logEvidence: evidence?.value ?? null,
    logEvidenceSe: evidence?.se ?? null,
    diagnostics: {
      khat: khats.length === 0 ? null : Math.max(...khats),
      acceptance: null,
      unaligned: runs.reduce((n, r) => n + r.posterior.unaligned, 0),
    },
    method: sampled?.plan.method.name ?? (first === undefined ? null : 'exact'),
    exact: sampled === undefined && first !== undefined,
  };
}

const evidenceOf = (result: FormResult): { readonly value: number; readonly se: number } =>
  result.kind === 'exact' ? { value: result.plan.exact.solved.logEvidence, se: 0 } : logEvidence(result.run.weights);

function answerForm(common: Answer, result: FormResult): Answer {
  const { plan } = result;
  const { form } = plan.form;
  if (form === 'posterior') {
    if (result.kind === 'exact') return { ...common, kind: 'posterior', variables: summariesOfExact(result.plan) };
    return { ...common, kind: 'posterior', ...summaries(result.run) };
  }
  if (isDistribution(plan)) return { ...common, kind: 'distribution', distribution: distributionOf(result) };
  const numeric = numericForm(form);
  if (numeric === null) return common;
  const number = result.kind === 'exact' ? numberOfExact(result.plan) : numberOf(result.run, numeric);
  return { ...common, ...numberAnswer(number) };
}

function distributionOf(result: FormResult): readonly Mass[] {
  const type = result.plan.outputs[0]?.type ?? { kind: 'real' };
  if (result.kind === 'exact')
    return massesOfExact(result.plan).map(({ value, p }) => ({ value: scalarOf(type, value), p, se: 0 }));
  const [column] = result.run.targets[0] ?? [];
  if (column === undefined) return [];
  return massOf(column, result.run.weights).map(({ value, probability }) => ({
    value: scalarOf(column.type, value),
    p: probability.value,
    se: probability.se,
  }));
}

/** A number as the value that it stands for. */
function scalarOf(type: IrType, value: number): Scalar {
  if (type.kind === 'bool') return value !== 0;
  return type.kind === 'enum' ? (type.members[value] ?? value) : value;
}

function summaries(run: FormRun): {
  readonly variables: readonly VariableSummary[];
  readonly histograms: readonly NamedHistogram[];
} {
  const variables: VariableSummary[] = [];
  const histograms: NamedHistogram[] = [];
  for (const [i, target] of run.plan.targets.entries()) {
    for (const column of run.targets[i] ?? []) {
      const name = `${target.text}${column.path}`;
      const draws = sortDraws(column.values, run.weights);
      variables.push(summary(name, column, draws, run));
      const histogram = weightedHistogram(column.values, run.weights, draws, {
        integer: column.type.kind !== 'real',
        mostBins: histogramBins,
      });
      if (histogram !== null) histograms.push({ name, histogram });
    }
  }
  return { variables, histograms };
}

function summary(
  name: string,
  column: NamedColumn,
  draws: ReturnType<typeof sortDraws>,
  run: FormRun,
): VariableSummary {
  const mean = weightedMean(column.values, run.weights);
  const kind = column.type.kind !== 'address' && isDiscrete(column.type) ? 'discrete' : 'continuous';
  return {
    name,
    mean: mean.value,
    sd: weightedStandardDeviation(column.values, run.weights).value,
    se: mean.se,
    median: quantileOf(draws, 0.5, kind),
    q05: quantileOf(draws, 0.05, kind),
    q95: quantileOf(draws, 0.95, kind),
    ess: run.ess,
    rhat: null,
  };
}
