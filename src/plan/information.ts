import type { Declared, Project } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import { densityJob, placeholder } from '../inference/nested/density.js';
import { normalInterval } from '../inference/statistics/interval.js';
import { weightedMean } from '../inference/statistics/moments.js';
import { weightsOf } from '../inference/statistics/weights.js';
import { defaultLimits, type KernelOptions } from '../ir/engine.js';
import type { IrType } from '../ir/ir.js';
import { type Stop, serialPool } from '../runtime/jobs.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { DeclarationOf, Expr, Form, Given, Query } from '../syntax/tree.js';
import type { TypeExpr } from '../syntax/tree_type.js';
import { chooseEngine } from './choose_engine.js';
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
  const runs = settings.samples ?? settings.particles ?? (asked?.kind === 'number' ? asked.value : defaultBudget);
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
  const named = withPlaceholders(project, types);
  const densityOf = (targets: readonly number[]): Outcome<Plan> => {
    const given: readonly Given[] = targets.map((t) => seenAs(form, t));
    const asked: Form = { ...form, form: 'evidence', targets: [], given: [...form.given, ...given] };
    return planForm(named, query, asked, model, { ...importance, samples: budget.inner });
  };
  const terms: { readonly sign: number; readonly density: Plan }[] = [];
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
  const { pool = serialPool } = settings;
  const crew = pool.open(densityJob, {
    engine: chooseEngine(plan, settings.engine)?.engine ?? engines.js,
    terms: terms.map(({ density }) => ({ program: density.program, options: innerOptions(density, settings) })),
    targets: types.length,
    draws: budget.inner,
  });
  const size = drawsOfJob(
    terms.map(({ density }) => density.size),
    budget.inner,
  );
  const inputs = Array.from({ length: Math.ceil(made / size) }, (_, job) => {
    const outer = Int32Array.from({ length: Math.min(size, made - job * size) }, (_, i) => job * size + i);
    const weighs = outer.filter((i) => run.weights.relative[i]! > 0);
    return {
      outer: weighs,
      values: run.targets.map(([column]) => Float64Array.from(weighs, (i) => column?.values[i] ?? Number.NaN)),
    };
  });
  let stopped = run.course.stopped;
  const work = crew.run(inputs);
  let step = work.next();
  while (step.done !== true) {
    const stop: Stop = yield { draws: step.value * size * budget.inner, total: made * budget.inner, ess: null };
    stopped ??= stop ?? null;
    step = work.next(stop);
  }
  const count = Math.min(made, step.value.length * size);
  for (const [job, { value, shortfall }] of step.value.entries()) {
    for (const [i, draw] of inputs[job]!.outer.entries()) {
      for (const [t, { sign }] of terms.entries()) {
        inner[draw]! += sign * value[t]![i]!;
        shortfalls[draw]! -= sign * shortfall[t]![i]!;
      }
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
      influence: [{ kind: 'independent', column: influence }],
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

/** Elementary operations of a job, about: twenty milliseconds. */
const operationsPerJob = 1e7;

/** Outer draws of a job. */
const drawsOfJob = (sizes: readonly number[], inner: number): number =>
  Math.max(1, Math.floor(operationsPerJob / (inner * sizes.reduce((sum, size) => sum + size, 0))));

/** What is smaller than this is rounding. */
const rounding = 1e-12;

/** How a density is run: on noise of its own. */
const innerOptions = (plan: Plan, { seed, externs }: AnswerSettings): KernelOptions => ({
  layout: plan.layout.layout,
  key: keyFromSeed(`${seed} inner`),
  limits: defaultLimits,
  externs,
});

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
