import type { Declared, Project } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import { influenceOfColumn } from '../inference/influence.js';
import { normalInterval } from '../inference/statistics/interval.js';
import { weightedMean } from '../inference/statistics/moments.js';
import { weightsOf } from '../inference/statistics/weights.js';
import { blockSize, defaultLimits, type Kernel } from '../ir/engine.js';
import type { Constant, IrType } from '../ir/ir.js';
import { mainName } from '../passes/assemble.js';
import type { Stop } from '../runtime/jobs.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { DeclarationOf, Expr, Form, Given, Query } from '../syntax/tree.js';
import type { TypeExpr } from '../syntax/tree_type.js';
import { engines } from './engines.js';
import type { AnswerSettings } from './forms.js';
import { type Plan, planForm } from './plan.js';
import { runForm } from './run_form.js';
import type { Estimated } from './value.js';

/** A nested estimate of an entropy or a mutual information. */
export type NestedEstimate = {
  readonly estimated: Estimated;
  /** About how far the estimate is off on the average, because each logarithm is of an estimated density; of this sign. */
  readonly bias: number;
  readonly draws: number;
  readonly warnings: readonly Diagnostic[];
};

/** Runs of the model, for all densities together, where no number of samples is given. */
const defaultBudget = 8_000_000;

/** Fewest outer draws, and fewest inner draws of each density. */
const fewest = 16;

/** How many draws a nested estimate makes. */
type Budget = { readonly outer: number; readonly inner: number };

/**
 * Divides a number of runs: the error falls with the root of the outer draws, the bias with the inner ones, so that the inner draws should
 * grow as the root of the outer ones (Rainforth et al. 2018, theorem 3).
 */
export function divideBudget(runs: number, densities: number): Budget {
  const each = runs / densities;
  const inner = Math.max(fewest, Math.round(8 * Math.cbrt(each)));
  return { inner, outer: Math.max(fewest, Math.floor(each / inner)) };
}

/**
 * H(a | e) = -E log p(a | e) and I(a; b | e) = E log p(a, b | e) / (p(a | e) p(b | e)) by nested Monte Carlo (Rainforth, Cornish, Yang,
 * Warrington and Wood 2018, "On nesting Monte Carlo estimators"): the outer draws are of the targets given the evidence, and each
 * density is the evidence of a question of its own, with the drawn values as evidence. The logarithm of a mean of M weights is too low by
 * var(w) / (2 M mean(w)²), to first order; that is added up and reported.
 */
export function* estimateInformation(
  project: Project,
  query: Declared<Query>,
  form: Form,
  model: string,
  settings: AnswerSettings,
): Generator<Progress, Outcome<NestedEstimate>, Stop> {
  const { source } = query;
  const outerForm: Form = { ...form, form: 'posterior' };
  const asked = query.declaration.using?.options.find((o) => o.name.text === 'samples')?.value;
  const runs = settings.samples ?? (asked?.kind === 'number' ? asked.value : defaultBudget);
  const budget = divideBudget(runs, form.form === 'H' ? 2 : 4);
  const importance = { ...settings, method: 'importance' };
  const outer = planForm(project, query, outerForm, model, { ...importance, samples: budget.outer });
  if (!outer.ok) return outer;
  const plan = outer.value;
  if (plan.outputs.length !== form.targets.length)
    return fail(
      diagnose('E0492', `${form.form}(…) of more than single numbers has no estimate.`, source, form.span, null),
    );
  const types = plan.outputs.map((o) => o.type);
  const values: Constant[] = types.map(() => Number.NaN);
  const named = withPlaceholders(project, types);
  const densityOf = (targets: readonly number[]): Outcome<Density> => {
    const given: readonly Given[] = targets.map((t) => seenAs(form, t));
    const asked: Form = { ...form, form: 'evidence', targets: [], given: [...form.given, ...given] };
    const planned = planForm(named, query, asked, model, { ...importance, samples: budget.inner });
    return planned.ok ? succeed(densityBy(planned.value, settings, values, budget.inner)) : planned;
  };
  const terms: { readonly sign: number; readonly density: Density }[] = [];
  const sides = form.form === 'H' ? [{ sign: -1, targets: types.map((_, k) => k) }] : bothSides;
  // The evidence itself: right of the bar, rows that are given, and what the model observes.
  for (const { sign, targets } of [...sides, { sign: 1, targets: [] }]) {
    const density = densityOf(targets);
    if (!density.ok) return density;
    terms.push({ sign, density: density.value });
  }
  const run = yield* runForm(plan, { ...settings, key: keyFromSeed(settings.seed) });
  const made = run.count;
  const inner = new Float64Array(made);
  const shortfalls = new Float64Array(made);
  let count = 0;
  let stopped = run.course.stopped;
  for (; count < made; count++) {
    if (count > 0 && count % progressEvery === 0) {
      const stop = yield { draws: count * budget.inner, total: made * budget.inner, ess: null };
      if (stop !== undefined) {
        stopped = stop;
        break;
      }
    }
    if (!(run.weights.relative[count]! > 0)) continue;
    for (const [k, columns] of run.targets.entries()) values[k] = columns[0]?.values[count] ?? Number.NaN;
    for (const { sign, density } of terms) {
      const { value, shortfall } = density(count);
      inner[count]! += sign * value;
      shortfalls[count]! -= sign * shortfall;
    }
  }
  const weights = weightsOf(run.weights.relative.subarray(0, count).map(Math.log));
  if (weights.positive === 0) {
    const message = count === 0 ? 'The run was stopped before the first draws were done.' : noneAgrees(count);
    return fail(diagnose(count === 0 ? 'E0612' : 'E0610', message, source, form.span));
  }
  const influence = new Float64Array(count);
  const found = weightedMean(inner.subarray(0, count), weights, influence);
  const bias = weightedMean(shortfalls.subarray(0, count), weights).value;
  const mean = found.se < rounding ? { ...found, se: 0 } : found;
  const warnings: Diagnostic[] = [];
  const warn = (code: 'W0606' | 'W0609', message: string): void =>
    void warnings.push(diagnose(code, message, source, form.span));
  if (Math.abs(bias) >= rounding)
    warn('W0609', `A nested estimate, biased by about ${bias.toPrecision(1)} (${budget.inner} inner draws).`);
  if (stopped !== null) warn('W0606', `The run was ended after ${count} of ${budget.outer} outer draws.`);
  return succeed({
    estimated: {
      ...mean,
      interval: normalInterval(mean),
      spread: mean.se * Math.sqrt(count),
      influence: influenceOfColumn(influence, { kind: 'independent' }),
    },
    bias,
    draws: count * (1 + budget.inner * terms.length),
    warnings,
  });
}

const noneAgrees = (count: number): string => `None of ${count} runs agrees with the evidence.`;

const bothSides = [
  { sign: 1, targets: [0, 1] },
  { sign: -1, targets: [0] },
  { sign: -1, targets: [1] },
];

const progressEvery = 64;

/** What is smaller than this is rounding. */
const rounding = 1e-12;

/** The log density at the values held at present, by fresh noise for each outer draw, and how much too low it is on the average. */
type Density = (outer: number) => { readonly value: number; readonly shortfall: number };

function densityBy(plan: Plan, settings: AnswerSettings, values: readonly Constant[], draws: number): Density {
  const externs = {
    ...settings.externs,
    ...Object.fromEntries(values.map((_, k) => [placeholder(k), () => values[k] ?? Number.NaN])),
  };
  const kernel: Kernel = engines[settings.engine](plan.program, mainName, {
    layout: plan.layout.layout,
    key: keyFromSeed(`${settings.seed} inner`),
    limits: defaultLimits,
    externs,
  });
  const blocks = Math.ceil(draws / blockSize);
  return (outer) => {
    const logWeights: number[] = [];
    const dimensions: number[] = [];
    for (let block = 0; block < blocks; block++) {
      const size = Math.min(blockSize, draws - block * blockSize);
      const { logWeight, dimension } = kernel.runBlock(outer * blocks + block, size);
      for (let i = 0; i < size; i++) {
        logWeights.push(logWeight[i]!);
        dimensions.push(dimension[i]!);
      }
    }
    const weighs = (i: number): boolean => logWeights[i] !== Number.NEGATIVE_INFINITY;
    const lowest = dimensions.reduce((low, d, i) => (weighs(i) ? Math.min(low, d) : low), Number.POSITIVE_INFINITY);
    const counted = logWeights.filter((_, i) => dimensions[i] === lowest);
    const greatest = counted.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    if (greatest === Number.NEGATIVE_INFINITY) return { value: greatest, shortfall: 0 };
    let sum = 0;
    let squares = 0;
    for (const w of counted) {
      const relative = Math.exp(w - greatest);
      sum += relative;
      squares += relative * relative;
    }
    const value = greatest + Math.log(sum / draws);
    return { value, shortfall: 0.5 * (squares / (sum * sum) - 1 / draws) };
  };
}

/** What a drawn value is called in the question that asks for its density; no text can spell it. */
const placeholder = (target: number): string => `drawn ${target}`;

/** `target = drawn value`, as evidence. */
function seenAs(form: Form, target: number): Given {
  const left: Expr = form.targets[target] ?? { kind: 'missing', span: form.span };
  const { span } = left;
  const right: Expr = { kind: 'call', callee: { text: placeholder(target), span }, args: [], span };
  return { kind: 'evidence', value: { kind: 'binary', operator: '=', left, right, span }, span };
}

/** The project with a host function for each drawn value. */
function withPlaceholders(project: Project, types: readonly IrType[]): Project {
  const externs = new Map(project.externs);
  const span = { start: 0, end: 0 };
  for (const [k, type] of types.entries()) {
    const name = { text: placeholder(k), span };
    const declaration: DeclarationOf<'extern'> = {
      kind: 'extern',
      name,
      parameters: [],
      result: typeText(type),
      supplied: null,
      command: null,
      cost: null,
      documentation: null,
      span,
    };
    externs.set(name.text, { declaration, source: project.main.source });
  }
  return { ...project, externs };
}

function typeText(type: IrType): TypeExpr {
  const span = { start: 0, end: 0 };
  return { kind: 'named', name: { text: type.kind === 'enum' ? type.name : type.kind, span }, span };
}
