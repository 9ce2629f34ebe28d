/** Conjugate pairs: draws whose posterior is known take the place of draws from their prior. */
import type { Constant, Instruction, Program, Region, ValueId } from '../../ir/ir.js';
import { findFamily, findFunction, withFlags, withFunctions } from '../../ir/program.js';
import { freeValues, regionsOf, rewrite, some, typesOf, valuesOf, visit } from '../../ir/walk.js';
import { fold } from '../fold.js';
import { order } from '../order.js';
import { randomValues } from '../randomness.js';
import { slice } from '../slice.js';
import { emitRequirements } from './accumulate.js';
import { type Contribution, collect, valueAt } from './collect.js';
import { eliminate, type Posterior } from './eliminate.js';
import { literalOf, type Scope, scopeIn } from './interpret.js';
import { asNumberOf, type Polynomial } from './polynomial.js';
import { type ConjugateSetting, createWork, type Work } from './work.js';

/** The program after the pass, and for each draw that now comes from its posterior the name of its site, in order. */
export type Conjugated = { readonly program: Program; readonly drawn: readonly string[] };

const real = { kind: 'real' } as const;

/**
 * Where the log density of a draw, together with scores and factors of `main` that hang on it, is that of a known family, the draw is
 * made from that posterior, and the log of the integral becomes a `factor`. The joint distribution of all values, weighted, stays:
 * p(θ) Π fᵢ(θ) = Z p(θ | …), with Z free of θ. So the weights lose the noise of θ, and a program all of whose scores are absorbed
 * has constant weights.
 *
 * Families are found by their densities: each is interpreted with polynomials in powers, logarithms and complements of the draws
 * (`interpret.ts`), and a family is believed if its density is spanned by the right functions and integrates to 1. Draws are taken from the
 * last to the first, so that a mean goes before its precision and coefficients of a regression go one after another. Sums over
 * loops become loops of their own, computed at once where no draw is in them.
 *
 * A program without evidence stays, but is given the densities by which its draws are known.
 *
 * `main` must be inlined, unrolled and without `node` instructions. Loops are gone through one iteration at a time. Draws whose
 * noise worlds share, and scores that fix noise, stay as they are.
 */
export function conjugate(program: Program, main: string, setting: ConjugateSetting): Conjugated {
  const loops = inLoops(program, main, setting);
  const outside = inTheOpen(loops.program, main, setting);
  if (loops.drawn.length === 0 || outside.drawn.length > 0)
    return { program: outside.program, drawn: [...loops.drawn, ...outside.drawn] };
  return { program: tidied(loops.program, main), drawn: loops.drawn };
}

/** The program without what is not needed any more. */
const tidied = (program: Program, main: string): Program =>
  slice(fold(program, main, { mainOnly: true }), main, { mainOnly: true }).program;

/** The pass on the bodies of loops that run equally often in all runs, each with what is drawn and scored in one iteration. */
function inLoops(program: Program, main: string, setting: ConjugateSetting): Conjugated {
  let current = program;
  const drawn: string[] = [];
  const count = findFunction(program, main)?.body.body.length ?? 0;
  for (let k = 0; k < count; k++) {
    const func = findFunction(current, main);
    const loop = func?.body.body[k];
    if (func === null || loop?.kind !== 'for') continue;
    const hasDraws = loop.body.body.some((i) => i.kind === 'draw' && canBe(i, current));
    if (!hasDraws || !loop.body.body.some((i) => i.kind === 'score' || i.kind === 'factor')) continue;
    const random = randomValues(current, func.body);
    if (random.has(loop.low) || random.has(loop.high)) continue;
    const inside = { known: valuesOf(func.body), random };
    const whole = withFamilies(current, loop.body, [], setting);
    const work = createWork(whole, main, loop.body, setting, new Map(), inside);
    const contributions = collect(loop.body, scopeAround(loop.body, func.body, work), 0, work.collector);
    const result = eliminate(work.collector, contributions);
    const rewritten =
      result.posteriors.length === 0
        ? null
        : written(loop.body, work, result.posteriors, result.absorbed, result.total, setting);
    if (rewritten === null) continue;
    const body = func.body.body.map((i, at) => (at === k ? { ...loop, body: rewritten.body } : i));
    current = withFlags(withFunctions(rewritten.program, [{ ...func, body: { ...func.body, body } }]));
    drawn.push(...result.posteriors.map((p) => program.sites[p.latent.draw.site]?.name ?? ''));
  }
  return { program: current, drawn };
}

/** What is known in front of an iteration: literals, and values of which nothing is known. */
function scopeAround(region: Region, outer: Region, { collector }: Work): Scope {
  const scope = scopeIn(null);
  const literals = new Map<ValueId, Constant>();
  visit(outer, (i) => {
    if (i.kind === 'const') literals.set(i.result.id, i.value);
  });
  const types = typesOf(outer);
  for (const id of [...freeValues(region), ...region.args.map((arg) => arg.id)]) {
    const type = types.get(id);
    if (type === undefined || type.kind === 'address') continue;
    const value = literals.get(id);
    if (typeof value === 'number') scope.set(id, literalOf(type, value, collector.setting));
    else if (value !== undefined) {
      const expression = collector.setting.algebra.atoms.value(id, type, 0, new Set(), value);
      scope.set(id, { kind: 'expression', expression });
    } else scope.set(id, valueAt(id, type, 0, new Set(), collector));
  }
  return scope;
}

/** The pass on what stands in `main` itself. */
function inTheOpen(program: Program, main: string, setting: ConjugateSetting): Conjugated {
  const same: Conjugated = { program, drawn: [] };
  const before = findFunction(program, main);
  if (before === null || !before.body.body.some((i) => i.kind === 'draw' && canBe(i, program))) return same;
  if (!some(before.body, (i) => i.kind === 'score' || i.kind === 'factor'))
    return isShort(before.body) ? { ...same, program: withFamilies(program, before.body, [], setting) } : same;
  const whole = withFamilies(program, before.body, [], setting);
  const work = createWork(whole, main, before.body, setting);
  const contributions = collect(before.body, scopeIn(null), 0, work.collector);
  const result = eliminate(work.collector, contributions);
  if (result.posteriors.length === 0) return same;
  const rewritten = written(before.body, work, result.posteriors, result.absorbed, result.total, setting);
  if (rewritten === null) return same;
  const updated = withFlags(withFunctions(rewritten.program, [{ ...before, body: rewritten.body }]));
  const left = tidied(updated, main);
  return {
    program: withFamilies(left, findFunction(left, main)?.body ?? rewritten.body, result.posteriors, setting),
    drawn: result.posteriors.map((p) => program.sites[p.latent.draw.site]?.name ?? ''),
  };
}

/** Families by whose densities the integrals of others are known. */
const normalising: Readonly<Record<string, readonly string[]>> = {
  beta: ['beta'],
  gamma: ['gamma'],
  inverse_gamma: ['gamma'],
  // Each part of a dirichlet is a beta.
  dirichlet: ['gamma', 'beta'],
};

/** The program with the densities of the families that are drawn from, and with those that their integrals are told by. */
function withFamilies(
  program: Program,
  body: Region,
  posteriors: readonly Posterior[],
  { library }: ConjugateSetting,
): Program {
  const drawn = body.body.flatMap((i) => (i.kind === 'draw' ? [i.family] : []));
  // A normal on a scale that is drawn has Student's law.
  if (posteriors.some((p) => p.family.endsWith('gamma'))) library.family('student_t', [real, real, real]);
  const names = posteriors.flatMap((p) => normalising[p.family] ?? []);
  const keys = names.map((name) => library.family(name, [real, real]));
  return library.complete(program, [...new Set([...drawn, ...keys])]);
}

/** Whether all happens in the open: then the solver of conjugate programs may know the answer without evidence too. */
const isShort = (body: Region): boolean =>
  body.body.length <= mostWithoutEvidence && !body.body.some((i) => regionsOf(i).some((r) => some(r, drawsOrCalls)));

const drawsOrCalls = (i: Instruction): boolean => i.kind === 'draw' || i.kind === 'call';

const mostWithoutEvidence = 400;

function canBe(i: Extract<Instruction, { readonly kind: 'draw' }>, program: Program): boolean {
  const family = findFamily(program, i.family);
  return !i.shared && !i.copy && family !== null && !family.discrete;
}

/** The region with the posteriors' draws, without the scores that are absorbed, and with the factor that is left of them. */
function written(
  body: Region,
  { collector, emitter, builder }: Work,
  posteriors: readonly Posterior[],
  absorbed: readonly Contribution[],
  total: Polynomial,
  { library }: ConjugateSetting,
): { readonly body: Region; readonly program: Program } | null {
  const draws = new Map<Instruction, Instruction>();
  const named = new Set<string>();
  const { instructions } = builder.collect(() => {
    emitRequirements(
      [...absorbed.flatMap((a) => a.required), ...posteriors.flatMap((p) => p.latent.required)],
      emitter,
      builder,
    );
    for (const { latent, family, parameters } of posteriors) {
      const { draw } = latent;
      builder.withPlace(draw.at, () => {
        const ids = parameters.map((p) => emitter.polynomial(p));
        if (!latent.simplex) {
          const key = library.family(family, [real, real]);
          named.add(key);
          draws.set(draw, { ...draw, family: key, params: ids });
          return;
        }
        const type = { kind: 'array', element: real, length: ids.length } as const;
        const key = library.family(family, [type]);
        named.add(key);
        draws.set(draw, { ...draw, family: key, params: [builder.make(type, ids)] });
      });
    }
    const weight = asNumberOf(total);
    if (weight !== 0) builder.factor(emitter.polynomial(total));
  });
  const gone = new Set<Instruction>([...absorbed.map((a) => a.source), ...collector.idle]);
  const rest = rewrite(body, (i) => (gone.has(i) ? [] : (draws.get(i) ?? i)));
  const ordered = order([...rest.body, ...(collector.extra.get(body) ?? []), ...instructions]);
  if (ordered === null) return null;
  const program = library.complete(collector.setting.program, [...named]);
  return { body: { ...rest, body: ordered }, program };
}
