import type { Declared, Project } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import { pathOf, simultaneousBands, uniformityPValue } from '../inference/statistics/uniformity.js';
import { isFault } from '../ir/faults.js';
import type { Question } from '../lower/question.js';
import { raise } from '../lower/raise.js';
import { isExact } from '../plan/exact_answer.js';
import type { AnswerSettings } from '../plan/forms.js';
import { type Plan, placeOf, planForm } from '../plan/plan.js';
import { type RunSettings, runForm } from '../plan/run_form.js';
import type { Calibration, TargetCalibration } from '../report/calibration.js';
import type { Stop } from '../runtime/jobs.js';
import { derivedKey, keyFromSeed } from '../runtime/random/seed.js';
import { nextUniform } from '../runtime/random/uniform.js';
import { seedState } from '../runtime/random/xoshiro.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Form, Query } from '../syntax/tree.js';
import { asIfSeen, forwards, unsimulated } from './observations.js';
import { chosenDraws, rankAmong, rankUnder, rankValues } from './ranks.js';
import { drawTruths } from './truths.js';

/** How a plan is run; another function than `runForm` stands for a method that is not in the registry. */
export type Sampler = typeof runForm;

/** Below this, divided by the number of targets, a p-value counts against the method. */
const significance = 0.01;

/** Share of replications without an answer above which nothing is concluded. */
const mostFailures = 0.05;

/** Points of the path of ranks that are looked at: every fifth rank. */
const bins = 20;

/**
 * Simulation-based calibration (S. Talts, M. Betancourt, D. Simpson, A. Vehtari, A. Gelman, "Validating Bayesian inference algorithms with
 * simulation-based calibration", 2018): parameters and data are drawn from the model itself, the method is asked for the posterior of
 * the parameters given these data, and the rank of the true value among draws of the posterior is uniform if the method is right. Data
 * are made up for all that the form and the model have seen; conditions belong to the model. Each p-value is exact (`uniformity.ts`).
 */
export function* calibrateForm(
  project: Project,
  query: Declared<Query>,
  form: Form,
  model: string,
  settings: AnswerSettings,
  replications: number,
  sampler: Sampler = runForm,
): Generator<Progress, Outcome<Calibration>, Stop> {
  const { source } = query;
  const asked: Form = {
    ...form,
    form: 'posterior',
    targets: form.form === 'Q' ? form.targets.slice(0, 1) : form.targets,
  };
  if (asked.targets.length === 0)
    return fail(diagnose('E0492', `\`${form.form}\` has no target that could be ranked.`, source, form.span));
  const simulated = (question: Question): Question => {
    const reason = unsimulated(question);
    if (reason === null) return forwards(question);
    return raise('E0492', `Data cannot be made up for this question, because ${reason}.`, source, form.span);
  };
  const runForwards = { ...settings, method: 'importance', samples: null, particles: null };
  const forward = planForm(project, query, asked, model, runForwards, simulated);
  if (!forward.ok) return forward;
  try {
    const truths = yield* drawTruths(forward.value, asked.targets.length, replications, settings);
    const { targets, seen } = truths;
    if (seen.length === 0)
      return fail(diagnose('E0610', 'No run of the model agrees with its conditions.', source, form.span));
    const state = new Int32Array(4);
    const [k0, k1] = keyFromSeed(`${settings.seed} ranks`);
    seedState(k0, k1, 0, 0, 0, 0, state);
    const uniform = (): number => nextUniform(state);
    const ranks = new Map<string, number[]>(targets.map(({ path }) => [path, []]));
    const failures: Diagnostic[] = [];
    let method: string | null = null;
    let done = 0;
    for (const [i, data] of seen.entries()) {
      const plan = planForm(project, query, asked, model, settings, (question) => asIfSeen(question, data));
      if (!plan.ok) return plan;
      method = isExact(plan.value) ? 'exact' : plan.value.method.name;
      const progress = { draws: i, total: seen.length, ess: null };
      const made = yield* counting(ranksOf(plan.value, targets, i, settings, uniform, sampler), progress);
      if (made === null) failures.push(failureOf(plan.value, source));
      else for (const [name, rank] of made) ranks.get(name)?.push(rank);
      done = i + 1;
      const stop = yield { draws: done, total: seen.length, ess: null };
      if (stop !== undefined) break;
    }
    const complete = [...ranks].filter(([, found]) => found.length === done - failures.length && found.length > 0);
    const limit = significance / Math.max(1, complete.length);
    const judged = complete.map(([name, found]) => judge(name, found, limit));
    const decided = failures.length <= mostFailures * done && judged.length > 0 && done === replications;
    return succeed({
      text: source.text.slice(form.span.start, form.span.end).replace(/\s+/g, ' '),
      method,
      replications: done,
      failures: failures.length,
      firstFailure: failures[0] ?? null,
      targets: judged,
      verdict: !decided ? 'undecided' : judged.every((t) => t.calibrated) ? 'calibrated' : 'not calibrated',
    });
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    const place = placeOf(project, forward.value.program, thrown.at, source, form.span);
    return fail(diagnose(thrown.code, thrown.message, place.source, place.span));
  }
}

/** Work that tells at each of its pauses how many replications are done, and not how far it is itself. */
function* counting<T>(work: Generator<Progress, T, Stop>, progress: Progress): Generator<Progress, T, Stop> {
  let step = work.next();
  while (step.done !== true) step = work.next(yield progress);
  return step.value;
}

/** The ranks of the true values of one replication, by target; null where the method has no answer. */
function* ranksOf(
  plan: Plan,
  targets: readonly { readonly path: string; readonly values: Float64Array }[],
  replication: number,
  settings: AnswerSettings,
  uniform: () => number,
  sampler: Sampler,
): Generator<Progress, ReadonlyMap<string, number> | null, Stop> {
  const found = new Map<string, number>();
  const truthOf = (name: string): number =>
    targets.find(({ path }) => path === name)?.values[replication] ?? Number.NaN;
  if (isExact(plan)) {
    for (const [i, output] of plan.outputs.entries()) {
      const law = plan.exact.solved.marginal(i);
      const name = `${plan.targets[output.target]?.text ?? ''}${output.path}`;
      if (law.kind !== 'moments' && !Number.isNaN(truthOf(name)))
        found.set(name, rankUnder(truthOf(name), law, uniform));
    }
    return found;
  }
  const { engine, memoryLimit, externs, pool } = settings;
  const key = derivedKey(keyFromSeed(settings.seed), replication);
  const run: RunSettings = { key, engine, memoryLimit, externs, ...(pool === undefined ? {} : { pool }) };
  const made = yield* sampler(plan, run);
  if (made.count === 0 || made.positive === 0) return null;
  const chosen = chosenDraws(made, uniform);
  for (const [i, columns] of made.targets.entries())
    for (const { path, values } of columns) {
      const name = `${plan.targets[i]?.text ?? ''}${path}`;
      const truth = truthOf(name);
      if (!Number.isNaN(truth) && chosen.every((k) => !Number.isNaN(values[k]!)))
        found.set(name, rankAmong(truth, values, chosen, uniform));
    }
  return found;
}

const failureOf = (plan: Plan, source: Diagnostic['source']): Diagnostic =>
  diagnose('E0610', `'${plan.method.name}' has no draws that agree with the data.`, source, plan.form.span);

function judge(name: string, ranks: readonly number[], limit: number): TargetCalibration {
  const path = pathOf(ranks, rankValues);
  const p = uniformityPValue(path);
  const counts = new Array<number>(bins).fill(0);
  for (const rank of ranks) counts[Math.floor((rank * bins) / rankValues)]! += 1;
  const bands = simultaneousBands(ranks.length, rankValues - 1, 0.95);
  const step = rankValues / bins;
  const everyFifth = (of: readonly number[]): readonly number[] => of.filter((_, i) => (i + 1) % step === 0);
  const calibrated = p >= limit;
  return {
    name,
    counts,
    ecdf: everyFifth(path.below),
    low: everyFifth(bands.low),
    high: everyFifth(bands.high),
    p,
    calibrated,
    tendency: calibrated ? null : tendencyOf(ranks),
  };
}

/** What ranks that are not uniform have most of: they are low or high, or near the ends or the middle. */
function tendencyOf(ranks: readonly number[]): NonNullable<TargetCalibration['tendency']> {
  const n = ranks.length;
  const shares = ranks.map((rank) => (rank + 0.5) / rankValues - 0.5);
  const mean = shares.reduce((sum, u) => sum + u, 0) / n;
  const square = shares.reduce((sum, u) => sum + u * u, 0) / n;
  // Standard deviations of u and of u² for u uniform between -1/2 and 1/2.
  const shift = mean * Math.sqrt(12 * n);
  const spread = (square - 1 / 12) * Math.sqrt(180 * n);
  if (Math.abs(shift) >= Math.abs(spread)) return shift > 0 ? 'too low' : 'too high';
  return spread > 0 ? 'too narrow' : 'too wide';
}
