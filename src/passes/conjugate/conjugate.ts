/** Conjugate pairs: draws whose posterior is known take the place of draws from their prior. */
import { type Builder, createBuilder } from '../../ir/build.js';
import type { Constant, Instruction, Program, Region, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { findFamily, findFunction, weighs, withFlags, withFunctions } from '../../ir/program.js';
import { rewrite, some, usesOf, valuesOf, visit } from '../../ir/walk.js';
import { createEvaluator } from '../evaluate.js';
import { order } from '../order.js';
import { randomValues } from '../randomness.js';
import { emitRequirements } from './accumulate.js';
import { createAlgebra } from './algebra.js';
import { createAtoms } from './atoms.js';
import { type Collector, type Contribution, collect } from './collect.js';
import { eliminate, type Posterior } from './eliminate.js';
import { createEmitter, type Emitter } from './emit.js';
import type { Normalisers } from './exponential_families.js';
import { interpretCall, literalOf, type Setting, scopeIn } from './interpret.js';
import type { Latents } from './latents.js';
import type { Library } from './library.js';
import { asNumberOf, numberPolynomial, type Polynomial } from './polynomial.js';
import { createProbe } from './probe.js';
import { type Abstract, beyond, leaf } from './value.js';

/** What the pass needs beside the program. */
export type ConjugateSetting = {
  readonly library: Library;
  /**
   * The result of a function of the program that takes nothing and neither draws nor scores; null where it has a fault. It may
   * be a loop over all rows of a table.
   */
  readonly pure: (program: Program, name: string) => Constant | null;
};

/** The program after the pass, and for each draw that now comes from its posterior the name of its site, in order. */
export type Conjugated = { readonly program: Program; readonly drawn: readonly string[] };

const real = { kind: 'real' } as const;

/** Families of the library that posteriors belong to. */
const posteriorFamilies = ['beta', 'gamma', 'inverse_gamma', 'normal'] as const;

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
 * `main` must be inlined, unrolled and without `node` instructions. Draws whose noise worlds share, draws inside of loops, and
 * scores that fix noise stay as they are.
 */
export function conjugate(program: Program, main: string, setting: ConjugateSetting): Conjugated {
  const same: Conjugated = { program, drawn: [] };
  const before = findFunction(program, main);
  if (before === null || !some(before.body, (i) => i.kind === 'score' || i.kind === 'factor')) return same;
  const candidates = before.body.body.flatMap((i) => (i.kind === 'draw' && canBe(i, program) ? [i.family] : []));
  if (candidates.length === 0) return same;
  const keys = posteriorFamilies.map((name) => setting.library.family(name, [real, real]));
  const whole = setting.library.complete(program, [...new Set([...candidates, ...keys])]);
  const work = createWork(whole, main, before.body, setting);
  const contributions = collect(before.body, scopeIn(null), 0, work.collector);
  const result = eliminate(work.collector, contributions);
  if (result.posteriors.length === 0) return same;
  const rewritten = written(before.body, work, result.posteriors, result.absorbed, result.total, setting);
  if (rewritten === null) return same;
  const functions = withFunctions(rewritten.program, [{ ...before, body: rewritten.body }]);
  return {
    program: withFlags(functions),
    drawn: result.posteriors.map((p) => program.sites[p.latent.draw.site]?.name ?? ''),
  };
}

function canBe(i: Extract<Instruction, { readonly kind: 'draw' }>, program: Program): boolean {
  const family = findFamily(program, i.family);
  return !i.shared && !i.copy && family !== null && !family.discrete;
}

type Work = { readonly collector: Collector; readonly emitter: Emitter; readonly builder: Builder };

function createWork(program: Program, main: string, body: Region, outer: ConjugateSetting): Work {
  const all: Latents['all'] = [];
  const simplices: Latents['simplices'] = [];
  const atoms = createAtoms((latent) => all[latent]?.range ?? 'real');
  const algebra = createAlgebra(atoms, () => simplices);
  const inner: Setting = { program, algebra, evaluator: createEvaluator(), compared: new Map(), budget: 0 };
  const latents: Latents = {
    all,
    simplices,
    vanishes: createProbe(inner, () => all),
    normalisers: normalisersOf(inner, outer.library),
  };
  const builder = createBuilder({ known: valuesOf(body) });
  const draws: Collector['draws'] = [];
  const idOf = (latent: number): ValueId => {
    const draw = draws.find((d) => d.latents.includes(latent));
    if (draw === undefined) throw new Error(`conjugate: latent quantity ${latent} has no draw`);
    const { position } = all[latent]!;
    return position === null ? draw.draw.result.id : builder.op('index', [draw.draw.result.id, builder.int(position)]);
  };
  const emitter = (): Emitter => createEmitter(builder, atoms, idOf);
  const copied = new Set<number>();
  for (const func of Object.values(program.functions))
    visit(func.body, (i) => {
      if (i.kind === 'draw' && i.copy) copied.add(i.site);
    });
  const random = randomValues(program, body);
  const address = body.args.map((a) => a.id);
  let computed = 0;
  const collector: Collector = {
    setting: inner,
    latents,
    builder,
    emitter,
    random,
    copied,
    draws,
    extra: new Map(),
    compute: (instructions, results) => {
      const name = `${main}.sums${computed++}`;
      const needed = closureOf(body, instructions, new Set([...random, ...address]));
      if (needed === null) return null;
      const type = {
        kind: 'tuple',
        elements: results.map((r) => (r.type.kind === 'real' ? real : arrayOfReals)),
      } as const;
      const result = builder.fresh(type);
      const make: Instruction = { kind: 'make', at: -1, result, parts: results.map((r) => r.id) };
      const func = {
        name,
        body: { args: [], body: [...needed, ...instructions, make], yields: [result.id] },
        results: [type],
        draws: false,
        scores: false,
      };
      const values = outer.pure(withFunctions(program, [func]), name);
      if (values === null || typeof values !== 'object') throw beyond;
      return results.map((_, k) => constantValue(values[k] ?? Number.NaN, inner));
    },
  };
  return { collector, emitter: emitter(), builder };
}

const arrayOfReals = { kind: 'array', element: real, length: null } as const;

function constantValue(value: Constant, setting: Setting): Abstract {
  if (typeof value === 'number') return literalOf(real, value, setting);
  if (typeof value === 'string') throw beyond;
  return { kind: 'parts', type: arrayOfReals, parts: Array.from(value, (v) => literalOf(real, v, setting)) };
}

/** The instructions of the region that others need; null where one of them hangs on chance. */
function closureOf(
  region: Region,
  instructions: readonly Instruction[],
  random: ReadonlySet<ValueId>,
): readonly Instruction[] | null {
  const maker = new Map<ValueId, Instruction>();
  for (const i of region.body) for (const r of resultsOf(i)) maker.set(r.id, i);
  const kept = new Set<Instruction>();
  const open = instructions.flatMap((i) => [...usesOf(i)]);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (random.has(id)) return null;
    const from = maker.get(id);
    if (from === undefined || kept.has(from)) continue;
    if (some({ args: [], body: [from], yields: [] }, (i) => weighs(i) || i.kind === 'draw' || i.kind === 'address'))
      return null;
    kept.add(from);
    open.push(...usesOf(from));
  }
  return region.body.filter((i) => kept.has(i));
}

/** log Γ and log B by the densities of gamma(a, 1) and beta(a, b) at their means. */
function normalisersOf(setting: Setting, library: Library): Normalisers {
  const density = (family: string, args: readonly Polynomial[]): Polynomial => {
    const name = findFamily(setting.program, library.family(family, [real, real]))?.logpdf ?? null;
    if (name === null) throw beyond;
    setting.budget = Math.max(setting.budget, 1000);
    const numbers = args.map((a): Abstract => ({ kind: 'number', type: real, tree: leaf(a) }));
    const [value] = interpretCall(name, numbers, [real], setting);
    if (value?.kind !== 'number' || value.tree.kind !== 'leaf') throw beyond;
    return value.tree.value;
  };
  const { algebra } = setting;
  const one = numberPolynomial(1);
  const closed = algebra.atoms.closed;
  return {
    lgamma: (shape) => {
      const a = closed.call(algebra.atoms, shape);
      const at = algebra.minus(algebra.times(algebra.minus(a, one), algebra.logOf(a)), a);
      return algebra.minus(at, density('gamma', [a, one, a]));
    },
    lbeta: (first, second) => {
      const a = closed.call(algebra.atoms, first);
      const b = closed.call(algebra.atoms, second);
      const n = algebra.plus(a, b);
      const at = algebra.plus(
        algebra.times(algebra.minus(a, one), algebra.logOf(algebra.over(a, n))),
        algebra.times(algebra.minus(b, one), algebra.logOf(algebra.over(b, n))),
      );
      return algebra.minus(at, density('beta', [a, b, algebra.over(a, n)]));
    },
  };
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
  let { program } = collector.setting;
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
          draws.set(draw, { ...draw, family: key, params: ids });
          return;
        }
        const type = { kind: 'array', element: real, length: ids.length } as const;
        const key = library.family(family, [type]);
        program = library.complete(program, [key]);
        draws.set(draw, { ...draw, family: key, params: [builder.make(type, ids)] });
      });
    }
    const weight = asNumberOf(total);
    if (weight !== 0) builder.factor(emitter.polynomial(total));
  });
  const gone = new Set<Instruction>(absorbed.map((a) => a.source));
  const rest = rewrite(body, (i) => (gone.has(i) ? [] : (draws.get(i) ?? i)));
  const ordered = order([...rest.body, ...(collector.extra.get(body) ?? []), ...instructions]);
  return ordered === null ? null : { body: { ...rest, body: ordered }, program };
}
