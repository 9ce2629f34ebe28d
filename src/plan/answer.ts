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
import { type PlanSettings, placeOf, planForm } from './plan.js';
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
  const runs = new Map<Form, FormRun>();
  const warnings: Diagnostic[] = [];
  for (const [i, form] of forms.entries()) {
    const planned = planForm(project, query, form, model, settings);
    if (!planned.ok) return { ...blank, error: planned.diagnostics[0] ?? null };
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
        return { ...blank, ...costs([run]), method: planned.value.method.name, error: trust.error };
      warnings.push(...trust.warnings);
      runs.set(form, run);
    } catch (thrown) {
      if (isRaised(thrown)) return { ...blank, error: thrown.raised };
      if (!isFault(thrown)) throw thrown;
      const place = placeOf(project, planned.value.program, thrown.at, source, form.span);
      const code: DiagnosticCode = isCode(thrown.code) ? thrown.code : 'E0601';
      return { ...blank, error: diagnose(code, thrown.message, place.source, place.span) };
    }
  }
  const all = [...runs.values()];
  const common: Answer = { ...blank, ...costs(all), method: all[0]?.plan.method.name ?? null, warnings };
  const only = onlyForm(expression.value);
  const single = only === null ? undefined : runs.get(only);
  if (single !== undefined) return answerForm(common, single);
  const estimates = new Map<Form, NumberEstimate>();
  for (const [form, run] of runs) {
    const numeric = numericForm(form.form);
    if (numeric === null || isDistribution(run))
      return refuse('E0492', 'Only forms whose answer is a number can be computed with.');
    estimates.set(form, numberOf(run, numeric));
  }
  const inputs = dataInputs(project);
  return { ...common, ...numberAnswer(evaluateArithmetic(project, source, expression.value, inputs, estimates)) };
}

const isCode = (code: string): code is DiagnosticCode => /^E0[67]\d\d$/.test(code);

/** The model that a query asks about: named, or the only one there is. */
export function modelOf(project: Project, query: Query): string | null {
  if (query.model !== null) return query.model.name.text;
  const [only, ...others] = project.models.keys();
  return others.length === 0 ? (only ?? null) : null;
}

const numberAnswer = (estimate: NumberEstimate): Pick<Answer, 'kind' | 'value' | 'se' | 'interval'> => ({
  kind: 'value',
  value: estimate.value,
  se: estimate.se,
  interval: estimate.interval,
});

/** What all forms of the query took together. */
function costs(
  runs: readonly FormRun[],
): Pick<Answer, 'draws' | 'ess' | 'logEvidence' | 'logEvidenceSe' | 'diagnostics'> {
  const [first] = runs;
  const evidence = first === undefined || runs.length > 1 ? null : logEvidence(first.weights);
  const ess = runs.map((r) => r.ess);
  const khats = runs.flatMap((r) => (r.khat === null ? [] : [r.khat]));
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
  };
}

function answerForm(common: Answer, run: FormRun): Answer {
  const { form } = run.plan.form;
  if (form === 'posterior') return { ...common, kind: 'posterior', ...summaries(run) };
  if (isDistribution(run)) {
    const [column] = run.targets[0] ?? [];
    const distribution: readonly Mass[] =
      column === undefined
        ? []
        : massOf(column, run.weights).map(({ value, probability }) => ({
            value: scalarOf(column.type, value),
            p: probability.value,
            se: probability.se,
          }));
    return { ...common, kind: 'distribution', distribution };
  }
  const numeric = numericForm(form);
  return numeric === null ? common : { ...common, ...numberAnswer(numberOf(run, numeric)) };
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
