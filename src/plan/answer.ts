import type { Declared, Project } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import type { NamedColumn } from '../inference/columns.js';
import { massOf, type NumberEstimate } from '../inference/estimate.js';
import type { Mixing } from '../inference/statistics/chains.js';
import { weightedHistogram } from '../inference/statistics/histogram.js';
import { quantileOf } from '../inference/statistics/quantile.js';
import { sortDraws } from '../inference/statistics/sorted_draws.js';
import type { IrType } from '../ir/ir.js';
import { isDiscrete } from '../ir/type.js';
import {
  type Answer,
  blankAnswer,
  histogramBins,
  type Mass,
  type NamedHistogram,
  type Sample,
  type Scalar,
  type VariableSummary,
} from '../report/answer.js';
import type { Stop } from '../runtime/jobs.js';
import { diagnose } from '../syntax/diagnostic.js';
import type { Query } from '../syntax/tree.js';
import { formsOf, onlyForm } from './arithmetic.js';
import { answerChoice } from './choice.js';
import { answerBounds } from './estimation/answer_bounds.js';
import { answerEstimate } from './estimation/answer_estimate.js';
import { massesOfExact, summariesOfExact } from './exact_answer.js';
import { type AnswerSettings, costsOf, type FormResult, runForms } from './forms.js';
import { answerIdentify } from './identification.js';
import { asksForDraws, type ColumnSummary, type FormRun, isDistribution, summaryOf } from './run_form.js';
import { estimatedForm, estimatedValue } from './value.js';

/** Answers one query. Pauses between blocks; a value sent into a pause stops the sampling, and what was drawn is used. */
export function* answerQuery(
  project: Project,
  query: Declared<Query>,
  settings: AnswerSettings,
): Generator<Progress, Answer, Stop> {
  const { declaration, source } = query;
  const name = declaration.name?.text ?? null;
  const text = source.text
    .slice(declaration.expression.span.start, declaration.expression.span.end)
    .replace(/\s+/g, ' ');
  const model = modelOf(project, declaration);
  const blank = blankAnswer(name, text, model, 'value');
  const refuse = (message: string): Answer => ({
    ...blank,
    error: diagnose('E0492', message, source, declaration.span),
  });
  const { expression } = declaration;
  if (expression.kind === 'estimate' || expression.kind === 'identify') {
    const subject = model ?? onlyGraph(project);
    if (subject === null) return refuse('Which model or graph? Say it with `in`.');
    const about = { ...blank, model: subject };
    if (expression.kind === 'estimate' && expression.method.name.text === 'bounds')
      return answerBounds(project, query, expression, subject, settings.seed, about);
    if (expression.kind === 'estimate')
      return answerEstimate(project, query, expression, subject, settings.seed, about);
    return answerIdentify(project, query, expression.form, subject, about);
  }
  if (model === null || !project.models.has(model))
    return refuse('A graph without mechanisms can only be asked what is identifiable.');
  if (expression.kind === 'optimise') return yield* answerChoice(project, query, expression, model, settings, blank);
  const only = onlyForm(expression.value);
  const made = yield* runForms(project, query, formsOf(expression.value), model, settings, only !== null);
  if (!made.ok) return { ...blank, ...made.costs, error: made.error };
  const common: Answer = { ...blank, ...costsOf([...made.results.values()]), warnings: made.warnings };
  const single = only === null ? undefined : made.results.get(only);
  if (single !== undefined) return answerForm(common, single);
  const value = estimatedValue(project, source, expression.value, made.results);
  return value === null
    ? refuse('Only forms whose answer is a number can be computed with.')
    : { ...common, ...numberAnswer(value) };
}

/** The model that a query asks about: named, or the only one there is. */
export function modelOf(project: Project, query: Query): string | null {
  if (query.model !== null) return query.model.name.text;
  const [only, ...others] = [...project.models.keys()].filter((name) => !name.includes('@'));
  return others.length === 0 ? (only ?? null) : null;
}

/** The name of the only `graph` declaration of a project without models. */
function onlyGraph(project: Project): string | null {
  const [only, ...others] = project.graphs.keys();
  return project.models.size === 0 && others.length === 0 ? (only ?? null) : null;
}

const numberAnswer = (estimate: NumberEstimate): Pick<Answer, 'kind' | 'value' | 'se' | 'interval'> => ({
  kind: 'value',
  value: estimate.value,
  se: estimate.se,
  interval: estimate.interval,
});

function answerForm(common: Answer, result: FormResult): Answer {
  if (result.kind === 'nested') return { ...common, ...numberAnswer(result.nested.estimated) };
  const number = estimatedForm(result, false);
  const { bounds } = result.plan.mechanism;
  if (number !== null) return { ...common, ...numberAnswer(number), ...(bounds === null ? {} : { bounds }) };
  if (result.kind === 'summed') return common;
  const { plan } = result;
  const { form } = plan.form;
  if (asksForDraws(form)) {
    if (result.kind === 'exact') return { ...common, kind: 'posterior', variables: summariesOfExact(result.plan) };
    return { ...common, kind: 'posterior', ...summaries(result.run) };
  }
  if (isDistribution(plan)) return { ...common, kind: 'distribution', distribution: distributionOf(result) };
  return common;
}

function distributionOf(result: Extract<FormResult, { readonly kind: 'exact' | 'sampled' }>): readonly Mass[] {
  const type = result.plan.outputs[0]?.type ?? { kind: 'real' };
  if (result.kind === 'exact')
    return massesOfExact(result.plan).map(({ value, p }) => ({ value: scalarOf(type, value), p, se: 0 }));
  const [column] = result.run.targets[0] ?? [];
  if (column === undefined) return [];
  return massOf(column, result.run.weights, result.run.dependence).map(({ value, probability }) => ({
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
  readonly sample: Sample;
} {
  const variables: VariableSummary[] = [];
  const histograms: NamedHistogram[] = [];
  const columns: Sample['columns'][number][] = [];
  for (const [i, target] of run.plan.targets.entries()) {
    for (const [k, column] of (run.targets[i] ?? []).entries()) {
      const name = `${target.text}${column.path}`;
      columns.push({ name, type: column.type, values: column.values });
      const found = summaryOf(column.values, run);
      const draws = sortDraws(column.values, found.weights);
      variables.push(summaryOfVariable(name, column, found, run.mixing?.[i]?.[k], draws));
      const histogram = weightedHistogram(column.values, found.weights, draws, {
        integer: column.type.kind !== 'real',
        mostBins: histogramBins,
      });
      if (histogram !== null) histograms.push({ name, histogram });
    }
  }
  const { relative, total } = run.weights;
  const chains = run.dependence.kind === 'chains' ? { chains: run.dependence.starts } : {};
  const weights = new Float64Array(relative.length);
  for (let i = 0; i < weights.length; i++) weights[i] = relative[i]! / total;
  return { variables, histograms, sample: { weights, ...chains, columns } };
}

function summaryOfVariable(
  name: string,
  { type }: NamedColumn,
  { value, se, deviation, ess }: ColumnSummary,
  mixing: Mixing | undefined,
  draws: ReturnType<typeof sortDraws>,
): VariableSummary {
  const kind = type.kind !== 'address' && isDiscrete(type) ? 'discrete' : 'continuous';
  const bulk = mixing?.bulk ?? Number.NaN;
  return {
    name,
    mean: value,
    sd: deviation,
    se,
    median: quantileOf(draws, 0.5, kind),
    q05: quantileOf(draws, 0.05, kind),
    q95: quantileOf(draws, 0.95, kind),
    ess: mixing === undefined ? ess : Number.isNaN(bulk) ? null : bulk,
    rhat: mixing === undefined || Number.isNaN(mixing.rhat) ? null : mixing.rhat,
  };
}
