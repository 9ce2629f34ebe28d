/** A program with all its discrete draws given: its weight, and its outputs as polynomials in what is drawn. */
import type { Instruction, InstructionOf, Program, Region, ValueId } from '../../ir/ir.js';
import { findFunction, hasEffect } from '../../ir/program.js';
import { regionsOf } from '../../ir/walk.js';
import type { Algebra } from '../../passes/conjugate/algebra.js';
import { collect } from '../../passes/conjugate/collect.js';
import { eliminate, priorOf } from '../../passes/conjugate/eliminate.js';
import type { Normalisers } from '../../passes/conjugate/exponential_families.js';
import { scopeIn } from '../../passes/conjugate/interpret.js';
import { asNumberOf, type Polynomial } from '../../passes/conjugate/polynomial.js';
import type { Abstract } from '../../passes/conjugate/value.js';
import { type ConjugateSetting, createWork, type Work } from '../../passes/conjugate/work.js';
import type { Member } from './moments.js';

/** Values of discrete draws. */
export type Assigned = ReadonlyMap<Instruction, number>;

/** What is known where some discrete draws are given: the next one, or all that there is to know. */
export type Step =
  | { readonly kind: 'refused'; readonly reason: string }
  /** No run comes here. */
  | { readonly kind: 'impossible' }
  | {
      readonly kind: 'choice';
      readonly draw: InstructionOf<'draw'>;
      readonly params: readonly Abstract[];
      readonly work: Work;
    }
  | { readonly kind: 'leaf'; readonly leaf: Leaf };

export type Leaf = {
  /** Without `common`. */
  readonly logWeight: number;
  /** What literal factors add, the same in all leaves: it may be so large that the differences between leaves would drown in it. */
  readonly common: number;
  /** In the order of their draws. */
  readonly members: readonly Member[];
  readonly outputs: readonly Polynomial[];
  readonly algebra: Algebra;
  readonly normalisers: Normalisers;
};

/** Why a program is not of the kind that this solver knows; null if it is. */
export function obstacle(program: Program, main: string): string | null {
  const func = findFunction(program, main);
  if (func === null) return 'there is no program';
  let draws = 0;
  for (const i of func.body.body) {
    const inside = regionsOf(i).some((r) => r.body.some((inner) => hasEffect(inner, program)));
    if (inside) return 'scores stand inside of a loop or branch';
    if (i.kind === 'call' && (findFunction(program, i.callee)?.scores ?? true))
      return 'scores stand inside of a function';
    if (i.kind === 'approximate' || i.kind === 'equal') return 'some evidence is approximate';
    if (i.kind === 'score' && i.abduct) return 'noise is shared between worlds';
    if (i.kind !== 'draw') continue;
    draws += 1;
    if (i.shared || i.copy) return 'noise is shared between worlds';
  }
  return draws === 0 ? 'nothing is drawn' : null;
}

/** Goes on with the discrete draws that are given. */
export function stepFrom(
  program: Program,
  main: string,
  body: Region,
  setting: ConjugateSetting,
  assigned: Assigned,
): Step {
  const work = createWork(program, main, body, setting, assigned);
  const { collector } = work;
  const scope = scopeIn(null);
  const contributions = collect(body, scope, 0, collector);
  const next = collector.listed.find(({ draw }) => !assigned.has(draw));
  for (const { instruction, value } of collector.unmet) {
    if (value === 0 && instruction.kind === 'condition') return { kind: 'impossible' };
    if (next === undefined) return { kind: 'refused', reason: 'a condition hangs on continuous values' };
  }
  for (const { value } of contributions) if (isImpossible(value)) return { kind: 'impossible' };
  if (next !== undefined) return { kind: 'choice', ...next, work };
  const weighing = body.body.filter((i) => i.kind === 'score' || i.kind === 'factor').length + assigned.size;
  if (contributions.length < weighing)
    return { kind: 'refused', reason: 'a score hangs on values in no form that is known' };
  const literals = new Set(body.body.flatMap((i) => (i.kind === 'const' ? [i.result.id] : [])));
  let common = 0;
  const varying = contributions.filter(({ source, value }) => {
    const number = source.kind === 'factor' && literals.has(source.value) ? asNumberOf(value) : null;
    common += number ?? 0;
    return number === null;
  });
  const { posteriors, total, untouched } = eliminate(collector, varying);
  const logWeight = (asNumberOf(total) ?? Number.NaN) + (asNumberOf(untouched) ?? Number.NaN);
  if (Number.isNaN(logWeight)) return { kind: 'refused', reason: 'not all scores are conjugate to what they hang on' };
  // What is required of parameters is proved, or nothing is known: a run where it does not hold would have a fault.
  const [open] = [...collector.draws, ...contributions].flatMap((one) => one.required);
  if (open !== undefined) return { kind: 'refused', reason: `a parameter of '${open.site}' may leave its domain` };
  const members: Member[] = [];
  for (const draw of collector.draws) {
    const found = posteriors.find((p) => p.latent === draw) ?? priorOf(draw, collector);
    if (found === null) return { kind: 'refused', reason: 'a draw has no distribution that is known' };
    members.push({ latents: draw.latents, family: found.family, parameters: found.parameters });
  }
  const outputs: Polynomial[] = [];
  for (const id of body.yields) {
    const value = numberAt(id, scope.find);
    if (value === null) return { kind: 'refused', reason: 'a target hangs on draws in no form that is known' };
    outputs.push(value);
  }
  const { algebra } = collector.setting;
  const { normalisers } = collector.latents;
  collector.setting.budget = Number.POSITIVE_INFINITY;
  return { kind: 'leaf', leaf: { logWeight, common, members, outputs, algebra, normalisers } };
}

const isImpossible = (p: Polynomial): boolean => p.get('')?.coefficient === Number.NEGATIVE_INFINITY;

function numberAt(id: ValueId, find: (id: ValueId) => Abstract): Polynomial | null {
  const value = find(id);
  return value.kind === 'number' && value.tree.kind === 'leaf' ? value.tree.value : null;
}
