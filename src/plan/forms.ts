import type { Declared, Project } from '../check/project.js';
import type { Approximation, Progress } from '../inference/backend.js';
import type { MeanForm } from '../inference/estimate.js';
import { isFault } from '../ir/faults.js';
import type { Constant } from '../ir/ir.js';
import type { Question } from '../lower/question.js';
import { isRaised } from '../lower/raise.js';
import type { Answer } from '../report/answer.js';
import type { Pool, Stop } from '../runtime/jobs.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { isPutOff } from '../runtime/shard.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Form, Query } from '../syntax/tree.js';
import type { EngineName } from './engine_names.js';
import { engineNamed } from './engines.js';
import { type ExactPlan, isExact, trustOfExact } from './exact_answer.js';
import { estimateInformation, type NestedEstimate } from './information.js';
import { planOnce } from './kept_plans.js';
import { type Plan, type PlanSettings, placeOf, planForm } from './plan.js';
import { type FormRun, type MeanRun, meanForm, runForMean, runForm } from './run_form.js';
import { mixingOfRun } from './thresholds.js';
import { trustOf } from './trust.js';

/** All that a run decides for every query. */
export type AnswerSettings = PlanSettings & {
  readonly seed: string;
  readonly engine: EngineName;
  readonly memoryLimit: number;
  /** Left out: all work is done here. */
  readonly pool?: Pool;
  readonly externs: Readonly<Record<string, (...args: Constant[]) => Constant>>;
};

/** What became of one form. */
export type FormResult =
  | { readonly kind: 'exact'; readonly plan: ExactPlan }
  | { readonly kind: 'sampled'; readonly plan: Plan; readonly run: FormRun }
  /** Draws that were not kept: the form stands alone, and its answer is a mean. */
  | { readonly kind: 'summed'; readonly plan: Plan; readonly form: MeanForm; readonly run: MeanRun }
  | { readonly kind: 'nested'; readonly plan: Plan; readonly nested: NestedEstimate };

/** What became of all forms of a query, or why one of them has no answer. */
type FormResults =
  | { readonly ok: true; readonly results: ReadonlyMap<Form, FormResult>; readonly warnings: readonly Diagnostic[] }
  | {
      readonly ok: false;
      readonly error: Diagnostic | null;
      readonly costs: Partial<Answer>;
      /** Its share of the work is done; the answer needs the other shards. */
      readonly putOff?: true;
    };

/**
 * Plans and runs every form of a query on a model. All forms draw from the same noise, so that their differences are less uncertain
 * than they are themselves.
 *
 * @param alone whether a single form is all that is asked: nothing is computed from its draws
 * @param change what is done to each question before it is put together
 */
export function* runForms(
  project: Project,
  query: Declared<Query>,
  forms: readonly Form[],
  model: string,
  settings: AnswerSettings,
  alone = false,
  change?: (question: Question) => Question,
): Generator<Progress, FormResults, Stop> {
  const results = new Map<Form, FormResult>();
  const warnings: Diagnostic[] = [];
  const key = keyFromSeed(settings.seed);
  const fail = (error: Diagnostic | null, costs: Partial<Answer> = {}) => ({ ok: false, error, costs }) as const;
  const absent = absentEngine(settings.engine);
  if (absent !== null) return fail(diagnose('E0655', absent, query.source, query.declaration.span));
  let waits = false;
  for (const form of forms) {
    const planned =
      change === undefined
        ? planOnce(project, query, form, model, settings)
        : planForm(project, query, form, model, settings, change);
    if (!planned.ok) return fail(planned.diagnostics[0] ?? null);
    const plan = planned.value;
    if (isExact(plan)) {
      const result: FormResult = { kind: 'exact', plan };
      const trust = trustOfExact(plan, query.source);
      if (trust.error !== null) return fail(trust.error, costsOf([result]));
      warnings.push(...trust.warnings);
      results.set(form, result);
      continue;
    }
    const undivided = settings.pool?.whole === true ? whyUndivided(plan) : null;
    if (undivided !== null) return fail(diagnose('E0492', undivided, query.source, form.span));
    try {
      if (form.form === 'H' || form.form === 'I') {
        const nested = yield* estimateInformation(project, query, form, model, settings);
        if (!nested.ok) return fail(nested.diagnostics[0] ?? null);
        warnings.push(...nested.value.warnings);
        results.set(form, { kind: 'nested', plan, nested: nested.value });
        continue;
      }
      const { engine, memoryLimit, externs, pool } = settings;
      const run = { key, engine, memoryLimit, externs, ...(pool === undefined ? {} : { pool }) };
      const mean = alone ? meanForm(plan) : null;
      const result: FormResult =
        mean === null
          ? { kind: 'sampled', plan, run: yield* runForm(plan, run) }
          : { kind: 'summed', plan, form: mean, run: yield* runForMean(plan, mean, run) };
      const place = (at: number) => placeOf(project, plan.program, at, query.source, form.span);
      const trust = trustOf(result.run, query.source, place);
      if (trust.error !== null) return fail(trust.error, costsOf([result]));
      warnings.push(...trust.warnings);
      results.set(form, result);
    } catch (thrown) {
      if (isPutOff(thrown)) {
        waits = true;
        continue;
      }
      if (isRaised(thrown)) return fail(thrown.raised);
      if (!isFault(thrown)) throw thrown;
      const place = placeOf(project, plan.program, thrown.at, query.source, form.span);
      return fail(diagnose(thrown.code, thrown.message, place.source, place.span));
    }
  }
  return waits ? { ...fail(null), putOff: true } : { ok: true, results, warnings };
}

/** Why there is no engine of a name; null where there is one. */
const absentEngine = (name: EngineName): string | null =>
  name === 'auto' || engineNamed(name) !== null ? null : `The engine '${name}' is not there.`;

/** Why a form's draws can't be divided among shards; null where they can. */
function whyUndivided({ method, options }: Plan): string | null {
  if (method.undivided === undefined)
    return `A run of '${method.name}' can not be divided into shards: its draws are not independent blocks.`;
  const missing = method.undivided(options);
  return missing === null ? null : `Shards of '${method.name}' need ${missing}.`;
}

type Costs = Pick<
  Answer,
  'draws' | 'ess' | 'logEvidence' | 'logEvidenceSe' | 'diagnostics' | 'method' | 'exact' | 'approximation'
>;

/** What forms took together. */
export function costsOf(results: readonly FormResult[]): Costs {
  const [first] = results;
  const runs = results.flatMap((r) => (r.kind === 'sampled' || r.kind === 'summed' ? [r.run] : []));
  const evidence = first === undefined || results.length > 1 ? null : evidenceOf(first);
  const ess = runs.map((r) => r.ess);
  const mixing = runs.map(mixingOfRun);
  const sampled = results.find((r) => r.kind !== 'exact');
  const nested = results.flatMap((r) => (r.kind === 'nested' ? [r.nested.draws] : []));
  return {
    draws: [...nested, ...runs.map((r) => r.count)].reduce((n, draws) => n + draws, 0),
    ess: ess.length === 0 ? null : Math.min(...ess),
    logEvidence: evidence?.value ?? null,
    logEvidenceSe: evidence?.se ?? null,
    diagnostics: {
      khat: worst(Math.max, runs, (r) => r.khat),
      acceptance: worst(Math.min, runs, (r) => r.course.acceptance),
      ancestors: worst(Math.min, runs, (r) => r.course.ancestors),
      rhat: worst(Math.max, mixing, (m) => m.rhat),
      tailEss: worst(Math.min, mixing, (m) => m.tailEss),
      unaligned: runs.reduce((n, r) => n + r.course.unaligned, 0),
    },
    approximation: coarsest(runs.flatMap((r) => r.course.approximation ?? [])),
    method: sampled?.plan.method.name ?? (first === undefined ? null : 'exact'),
    exact: sampled === undefined && first !== undefined,
  };
}

/** The approximation with the greatest epsilon, of equal ones the first; null where nothing was approximated. */
const coarsest = (all: readonly Approximation[]): Approximation | null =>
  all.reduce<Approximation | null>(
    (most, one) => (most === null || Number(one.epsilon) > Number(most.epsilon) ? one : most),
    null,
  );

/** The worst of what was measured, null where nothing was. */
function worst<T>(
  of: (...values: readonly number[]) => number,
  all: readonly T[],
  measure: (one: T) => number | null,
): number | null {
  const known = all.flatMap((one) => measure(one) ?? []);
  return known.length === 0 ? null : of(...known);
}

function evidenceOf(result: FormResult): { readonly value: number; readonly se: number } | null {
  switch (result.kind) {
    case 'exact':
      return { value: result.plan.exact.solved.logEvidence, se: 0 };
    case 'sampled':
    case 'summed':
      return result.run.evidence;
    case 'nested':
      return null;
  }
}
