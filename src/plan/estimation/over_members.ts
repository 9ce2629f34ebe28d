/** Effects where a graph stands for several. */
import {
  byCauses,
  type GraphClass,
  isTooLarge,
  membersAround,
  mostMembers,
  type Neighbourhood,
} from '../../causal/class/members.js';
import { bootstrapped } from '../../causal/estimate/bootstrap.js';
import type { Effect } from '../../causal/estimate/units.js';
import { namesOf } from '../../causal/indexed.js';
import { descendants } from '../../causal/reach.js';
import type { Mass } from '../../report/answer.js';
import { type Key, keyFromSeed } from '../../runtime/random/seed.js';
import { type EstimateQuestion, type PreparedEstimate, prepareEstimate, unitsWithoutAdjustment } from './prepare.js';
import type { Problem } from './problem.js';

/** A problem of a question that is asked of one graph. */
type MemberProblem = Omit<Problem, 'code'> & { readonly code: Problem['code'] | 'E0672' | 'E0673' };

/** Members of a class in which the exposure has the same causes, and so the same effects. */
type Part = Neighbourhood & { readonly share: number };

/** One effect that members of a class have. */
type PartEffect = { readonly value: number; readonly se: number; readonly share: number; readonly how: string };

/** What an effect may be: one row for each value that members give it, with their share as `p` and its own error as `valueSe`. */
export type EffectsOfMembers =
  | {
      readonly ok: true;
      readonly values: readonly Mass[];
      readonly how: string;
      readonly rows: number;
      readonly left: number;
      readonly remarks: readonly Extract<Effect, { readonly ok: true }>['remarks'][number][];
    }
  | { readonly ok: false; readonly problem: MemberProblem };

/** The methods that ask no more of a graph than its class says. */
const methodsForClasses: ReadonlySet<string> = new Set(['auto', 'backdoor']);

/** The members of a class by the causes of the exposure; a single part where it is no node. */
export function partsOf(graphs: GraphClass, { contrast }: EstimateQuestion): readonly Part[] {
  const exposure = graphs.first.indexOf.get(contrast.exposure);
  const parts =
    exposure === undefined ? [{ causes: [], member: graphs.first, members: 1 }] : byCauses(graphs, exposure);
  const all = parts.reduce((sum, { members }) => sum + members, 0);
  return parts.map((part) => ({ ...part, share: part.members / all }));
}

/** Why a question cannot be asked of a class, or null. */
export function refusedForClass(graphs: GraphClass, { expression, contrast }: EstimateQuestion): MemberProblem | null {
  const refuse = (what: string, span: MemberProblem['span']): MemberProblem => ({
    code: 'E0672',
    message: `Edges of the graph have no direction: it stands for several graphs, and ${what} asked of one.`,
    span,
  });
  const { method, form, data } = expression;
  if (!methodsForClasses.has(method.name.text)) return refuse(`\`${method.name.text}\` is`, method.span);
  if (contrast.arms.some(({ through }) => through !== null)) return refuse('effects through mediators are', form.span);
  if (data.under !== null || data.selectedBy !== null)
    return refuse('data of experiments and selected data are', data.span);
  const exposure = graphs.first.indexOf.get(contrast.exposure);
  if (exposure !== undefined && isTooLarge(membersAround(graphs, [exposure]))) {
    const message = `The lines around \`${contrast.exposure}\` stand for more than ${mostMembers} graphs.`;
    return { code: 'E0673', message, span: form.span };
  }
  return null;
}

/**
 * The effect in all graphs of a class (IDA: Maathuis, Kalisch and Bühlmann, "Estimating high-dimensional intervention effects from observational
 * data", Annals of Statistics 37, 2009): one estimate for each set of causes that the exposure has in some of them. Where the outcome is no
 * effect of the exposure it is 0, and nothing is estimated.
 */
export function effectsOfMembers(parts: readonly Part[], question: EstimateQuestion, seed: string): EffectsOfMembers {
  const key = keyFromSeed(seed);
  const found: PartEffect[] = [];
  const remarks: { readonly code: EffectRemark['code']; readonly message: string }[] = [];
  let [rows, left] = [0, 0];
  for (const part of parts) {
    const asked = effectInPart(part, question, key);
    if (!asked.ok) return asked;
    found.push({ ...asked.effect, share: part.share });
    rows = Math.max(rows, asked.rows);
    left = Math.max(left, asked.left);
    for (const remark of asked.remarks)
      if (!remarks.some(({ message }) => message === remark.message)) remarks.push(remark);
  }
  const how = [...new Set(found.map((effect) => effect.how))].join('; ');
  return { ok: true, values: merged(found), how, rows, left, remarks };
}

type EffectRemark = Extract<Effect, { readonly ok: true }>['remarks'][number];

type InPart =
  | {
      readonly ok: true;
      readonly effect: Omit<PartEffect, 'share'>;
      readonly rows: number;
      readonly left: number;
      readonly remarks: readonly EffectRemark[];
    }
  | { readonly ok: false; readonly problem: MemberProblem };

function effectInPart({ member, causes }: Part, question: EstimateQuestion, key: Key): InPart {
  const { contrast, expression } = question;
  const [x, y] = [member.indexOf.get(contrast.exposure), member.indexOf.get(contrast.outcome)];
  if (x !== undefined && y !== undefined && x !== y && !descendants(member, [x]).has(y)) {
    const still = withoutEffect(question);
    if (still !== null) return { ok: true, ...still };
  }
  const prepared = prepareEstimate(member, question);
  const where = `in the graphs of the class where ${contrast.exposure} has ${causes.length === 0 ? 'no causes' : `the causes ${namesOf(member, causes).join(', ')}`}`;
  if (!prepared.ok) {
    const { problem } = prepared;
    return { ok: false, problem: { ...problem, message: `${problem.message.replace(/\.$/, '')}, ${where}.` } };
  }
  const effect = estimateOf(prepared, key);
  if (!effect.ok) {
    const message = `The data give no estimate ${where}: ${effect.reason}.`;
    return { ok: false, problem: { code: 'E0555', message, span: expression.span } };
  }
  const { value, se, how, remarks } = effect;
  return {
    ok: true,
    effect: { value, se, how: `${prepared.title}: ${how}` },
    rows: prepared.units.rows,
    left: prepared.left,
    remarks,
  };
}

const estimateOf = ({ units, rerun, resampling }: PreparedEstimate, key: Key): Effect =>
  resampling === null ? rerun(units) : bootstrapped(units, rerun, resampling, key);

/** What is asked where the exposure changes nothing: a difference is 0, and a single arm is the mean among the units asked about. */
function withoutEffect(question: EstimateQuestion): Omit<Extract<InPart, { readonly ok: true }>, 'ok'> | null {
  const units = unitsWithoutAdjustment(question);
  if (units === null) return null;
  const sign = units.arms.reduce((sum, arm) => sum + arm.sign, 0);
  const { values } = units.outcome;
  const among = units.among;
  const kept = among === null ? values : values.filter((_, k) => units.exposure.values[k] === among);
  if (kept.length === 0) return null;
  const mean = kept.reduce((sum, v) => sum + v / kept.length, 0);
  const squares = kept.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const columns = question.table.columns.filter(
    ({ name }) => name === units.outcome.name || name === units.exposure.name,
  );
  const lacking = Array.from({ length: question.table.rows }, (_, r) =>
    columns.some((c) => Number.isNaN(c.values[r]!)),
  );
  return {
    effect: {
      value: sign === 0 ? 0 : sign * mean,
      se: (Math.abs(sign) * Math.sqrt(squares)) / kept.length,
      how: 'no effect',
    },
    rows: units.rows,
    left: lacking.filter(Boolean).length,
    remarks: [],
  };
}

/** Equal values as one, in rising order. */
function merged(effects: readonly PartEffect[]): readonly Mass[] {
  const byValue = new Map<number, Mass>();
  for (const { value, se, share } of effects) {
    const same = byValue.get(value);
    byValue.set(value, { value, p: share + (same?.p ?? 0), se: 0, valueSe: Math.max(se, same?.valueSe ?? 0) });
  }
  return [...byValue.values()].sort((a, b) => Number(a.value) - Number(b.value));
}
