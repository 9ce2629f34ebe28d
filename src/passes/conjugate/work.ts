/** All that understanding one program takes, put together. */
import { type Builder, createBuilder } from '../../ir/build.js';
import type { Constant, Instruction, Program, Region, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { findFamily, weighs, withFunctions } from '../../ir/program.js';
import { some, usesOf, valuesOf, visit } from '../../ir/walk.js';
import { createEvaluator } from '../evaluate.js';
import { randomValues } from '../randomness.js';
import { createAlgebra } from './algebra.js';
import { createAtoms } from './atoms.js';
import type { Collector } from './collect.js';
import { createEmitter, type Emitter } from './emit.js';
import type { Normalisers } from './exponential_families.js';
import { interpretCall, literalOf, type Setting } from './interpret.js';
import type { Latents } from './latents.js';
import type { Library } from './library.js';
import { numberPolynomial, type Polynomial } from './polynomial.js';
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
  /** What was found out about the program's functions before. */
  readonly memory?: Memory;
};

/** What holds of a program's functions, however often the program is gone through. */
type Memory = Pick<Setting, 'evaluator' | 'compared'>;

/** Nothing is known yet. */
export const newMemory = (): Memory => ({ evaluator: createEvaluator(), compared: new Map() });

const real = { kind: 'real' } as const;

/** A collector with what writes its findings. */
export type Work = { readonly collector: Collector; readonly emitter: Emitter; readonly builder: Builder };

/** Where a region stands that is not a whole function: the function's values, and those of them that differ from run to run. */
type Inside = { readonly known: readonly Value[]; readonly random: ReadonlySet<ValueId> };

/**
 * A collector for the body of a function of the program, or for a region `inside` of one. `assigned`: draws whose value is taken to be
 * seen.
 */
export function createWork(
  program: Program,
  main: string,
  body: Region,
  outer: ConjugateSetting,
  assigned: ReadonlyMap<Instruction, number> = new Map(),
  inside: Inside | null = null,
): Work {
  const all: Latents['all'] = [];
  const simplices: Latents['simplices'] = [];
  const atoms = createAtoms((latent) => all[latent]?.range ?? 'real');
  const algebra = createAlgebra(atoms, () => simplices);
  const inner: Setting = { program, algebra, ...(outer.memory ?? newMemory()), budget: 0 };
  const latents: Latents = {
    all,
    simplices,
    vanishes: createProbe(inner, () => all),
    normalisers: normalisersOf(inner, outer.library),
  };
  const builder = createBuilder({ known: inside?.known ?? valuesOf(body) });
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
  const random = inside?.random ?? randomValues(program, body);
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
    assigned,
    listed: [],
    idle: new Set(),
    unmet: [],
    compute: (instructions, sums) => {
      const name = `${main}.sums${computed++}`;
      // What comes from outside of a loop may hang on chance.
      if (inside !== null) return null;
      const needed = closureOf(body, instructions, new Set([...random, ...address]));
      if (needed === null) return null;
      // One flat array of numbers: all engines can hand it over.
      const parts = builder.collect(() =>
        sums.flatMap(({ result, cells }) =>
          cells === null
            ? [result.id]
            : Array.from({ length: cells }, (_, k) => builder.op('index', [result.id, builder.int(k)])),
        ),
      );
      const type = { kind: 'array', element: real, length: parts.value.length } as const;
      const whole = builder.fresh(type);
      const make: Instruction = { kind: 'make', at: -1, result: whole, parts: parts.value };
      const func = {
        name,
        body: { args: [], body: [...needed, ...instructions, ...parts.instructions, make], yields: [whole.id] },
        results: [type],
        draws: false,
        scores: false,
      };
      const values = outer.pure(withFunctions(program, [func]), name);
      if (values === null || typeof values !== 'object') throw beyond;
      let next = 0;
      const number = (): Abstract => literalOf(real, values[next++] ?? Number.NaN, inner);
      return sums.map(({ cells }) =>
        cells === null ? number() : { kind: 'parts', type: arrayOfReals, parts: Array.from({ length: cells }, number) },
      );
    },
  };
  return { collector, emitter: emitter(), builder };
}

const arrayOfReals = { kind: 'array', element: real, length: null } as const;

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
    const key = library.family(family, [real, real]);
    if ((findFamily(setting.program, key)?.logpdf ?? null) === null)
      setting.program = library.complete(setting.program, [key]);
    const name = findFamily(setting.program, key)?.logpdf ?? null;
    if (name === null) throw beyond;
    setting.budget = Math.max(setting.budget, 1000);
    const numbers = args.map((a): Abstract => ({ kind: 'number', type: real, tree: leaf(a) }));
    const [value] = interpretCall(name, numbers, [real], setting);
    if (value?.kind !== 'number' || value.tree.kind !== 'leaf') throw beyond;
    return value.tree.value;
  };
  const { algebra } = setting;
  const one = numberPolynomial(1);
  const { closed } = algebra.atoms;
  return {
    lgamma: (shape) => {
      const a = closed(shape);
      const at = algebra.minus(algebra.times(algebra.minus(a, one), algebra.logOf(a)), a);
      return algebra.minus(at, density('gamma', [a, one, a]));
    },
    lbeta: (first, second) => {
      const a = closed(first);
      const b = closed(second);
      const n = algebra.plus(a, b);
      const at = algebra.plus(
        algebra.times(algebra.minus(a, one), algebra.logOf(algebra.over(a, n))),
        algebra.times(algebra.minus(b, one), algebra.logOf(algebra.over(b, n))),
      );
      return algebra.minus(at, density('beta', [a, b, algebra.over(a, n)]));
    },
  };
}
