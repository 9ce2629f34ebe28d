import type { Declared, Project } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import { influenceOfColumn } from '../inference/influence.js';
import { normalInterval } from '../inference/statistics/interval.js';
import { weightedMean } from '../inference/statistics/moments.js';
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

/** Outer draws where no number of samples is given. */
const outerDraws = 2000;

/** Inner draws of each density. */
const innerDraws = blockSize;

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
  const samples = settings.samples ?? (asked?.kind === 'number' ? asked.value : outerDraws);
  const outer = planForm(project, query, outerForm, model, { ...settings, method: 'importance', samples });
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
    const planned = planForm(named, query, asked, model, { ...settings, method: 'importance', samples: innerDraws });
    return planned.ok ? succeed(densityBy(planned.value, settings, values)) : planned;
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
  const { weights } = run;
  const inner = new Float64Array(weights.relative.length);
  let bias = 0;
  for (let i = 0; i < inner.length; i++) {
    const weight = weights.relative[i]! / weights.total;
    if (weight === 0) continue;
    for (const [k, columns] of run.targets.entries()) values[k] = columns[0]?.values[i] ?? Number.NaN;
    for (const { sign, density } of terms) {
      const { value, shortfall } = density(i);
      inner[i]! += sign * value;
      bias -= sign * shortfall * weight;
    }
    if (i % progressEvery === 0) {
      const stop = yield { draws: i, total: inner.length, ess: null };
      if (stop !== undefined)
        return fail(diagnose('E0612', 'The run was stopped before it was done.', source, form.span));
    }
  }
  const influence = new Float64Array(inner.length);
  const found = weightedMean(inner, weights, influence);
  const mean = found.se < rounding ? { ...found, se: 0 } : found;
  const message = `A nested estimate, biased by about ${bias.toPrecision(1)} (${innerDraws} inner draws).`;
  return succeed({
    estimated: {
      ...mean,
      interval: normalInterval(mean),
      spread: mean.se * Math.sqrt(inner.length),
      influence: influenceOfColumn(influence, run.dependence),
    },
    bias,
    draws: inner.length,
    warnings: Math.abs(bias) < rounding ? [] : [diagnose('W0609', message, source, form.span)],
  });
}

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

function densityBy(plan: Plan, settings: AnswerSettings, values: readonly Constant[]): Density {
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
  return (outer) => {
    const { logWeight, dimension } = kernel.runBlock(outer, innerDraws);
    const lowest = dimension.reduce(
      (low, d, i) => (logWeight[i] === Number.NEGATIVE_INFINITY ? low : Math.min(low, d)),
      Infinity,
    );
    const counted = logWeight.filter((_, i) => dimension[i] === lowest);
    const greatest = counted.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    if (greatest === Number.NEGATIVE_INFINITY) return { value: greatest, shortfall: 0 };
    let sum = 0;
    let squares = 0;
    for (const w of counted) {
      const relative = Math.exp(w - greatest);
      sum += relative;
      squares += relative * relative;
    }
    const value = greatest + Math.log(sum / innerDraws);
    return { value, shortfall: 0.5 * (squares / (sum * sum) - 1 / innerDraws) };
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
