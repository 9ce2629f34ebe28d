import type { Project } from '../check/project.js';
import { isRecording } from '../codegen/factories.js';
import { compilePure } from '../codegen/pure.js';
import { entropyOfJoint, entropyOfLaw, informationOf } from '../exact/entropy.js';
import type { Law } from '../exact/law.js';
import { solvers } from '../exact/registry.js';
import type { Evaluate, Problem, PureEntry, Run, Solved } from '../exact/solver.js';
import { newDraws } from '../ir/draws.js';
import { defaultLimits } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import type { Constant, IrType, Program, ValueId } from '../ir/ir.js';
import { findFunction } from '../ir/program.js';
import { isScalarType } from '../ir/values.js';
import { some } from '../ir/walk.js';
import { demand, familyKey } from '../lower/family.js';
import type { Unit } from '../lower/unit.js';
import { mainName } from '../passes/assemble.js';
import { bind } from '../passes/bind.js';
import { createLibrary } from '../passes/conjugate/library.js';
import { createEvaluator } from '../passes/evaluate.js';
import type { Output } from '../passes/flatten.js';
import { prune } from '../passes/slice.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import type { Form } from '../syntax/tree.js';
import { engines } from './engines.js';

/** An exact answer with the solver that found it. */
export type ExactSolution = { readonly solver: string; readonly solved: Solved };

/** What the solvers made of a question: the solution, or the reason of each why there is none. */
export type Attempt =
  | ({ readonly ok: true } & ExactSolution)
  | { readonly ok: false; readonly reasons: readonly { readonly solver: string; readonly reason: string }[] };

/** Elementary operations that a solver may spend: where the planner tries by itself, and where exactness is asked for by name. */
export const solveBudget = { auto: 2e8, asked: 4e9 } as const;

/**
 * Tries every exact solver in turn on a question's optimised program. Throws a `Fault` where a run of the program would have one.
 *
 * @param inputs values of the arguments and data that functions of families may read
 */
export function solve(
  unit: Unit,
  program: Program,
  outputs: readonly Output[],
  form: Form,
  inputs: Readonly<Record<string, Constant>>,
  budget: number,
): Attempt {
  const wide = outputs.find((o) => !isScalarType(o.type));
  if (wide !== undefined)
    return { ok: false, reasons: [{ solver: 'exact', reason: 'the size of a target is only known in a run' }] };
  if (!hasDraws(program))
    return { ok: false, reasons: [{ solver: 'exact', reason: 'nothing is drawn, so that a run tells the answer' }] };
  if (isLong(program))
    return { ok: false, reasons: [{ solver: 'exact', reason: `a loop has more than ${mostIterations} iterations` }] };
  const complete: Problem['complete'] = (made, families) => {
    for (const family of families) nameFamily(unit, family);
    return createLibrary(unit, inputs).complete(made, families);
  };
  const problem: Problem = {
    program,
    main: mainName,
    outputs: outputs.map((o) => o.type),
    entry: entries(unit, inputs),
    pure: pureFunctions(program),
    complete,
    run: (made, families) => runsOf(complete(made, families)),
    budget,
    momentsSuffice: momentForms.has(form.form),
  };
  const reasons: { solver: string; reason: string }[] = [];
  for (const solver of solvers) {
    const attempt = solver.solve(problem);
    const reason = attempt.ok ? unanswered(attempt.solved, form, outputs) : attempt.reason;
    if (attempt.ok && reason === null) return { ok: true, solver: solver.name, solved: attempt.solved };
    reasons.push({ solver: solver.name, reason: reason ?? '' });
  }
  return { ok: false, reasons };
}

/** Whether anything is drawn; a program that draws nothing is solved all the same, but for loops that may have no end. */
const hasDraws = (program: Program): boolean =>
  Object.values(program.functions).some(({ body }) => some(body, (i) => i.kind === 'draw' || i.kind === 'noise')) ||
  !Object.values(program.functions).some(({ body }) => some(body, (i) => i.kind === 'while'));

/** Iterations of a loop with known bounds up to which solvers follow it one by one. */
const mostIterations = 200_000;

/** Whether some loop is too long to be followed. */
function isLong(program: Program): boolean {
  return Object.values(program.functions).some(({ body }) => {
    const numbers = new Map<ValueId, number>();
    return some(body, (i) => {
      if (i.kind === 'const' && typeof i.value === 'number') numbers.set(i.result.id, i.value);
      return i.kind === 'for' && (numbers.get(i.high) ?? 0) - (numbers.get(i.low) ?? 0) > mostIterations;
    });
  });
}

/** Forms that means, variances and covariances answer. */
const momentForms: ReadonlySet<Form['form']> = new Set(['E', 'Var', 'Sd', 'Cov', 'Corr', 'evidence']);

/** What a form asks for beyond what was solved; null if nothing. */
function unanswered(solved: Solved, { form }: Form, outputs: readonly Output[]): string | null {
  if (solved.logEvidence === Number.NEGATIVE_INFINITY || form === 'evidence') return null;
  const lacking = (test: (law: Law) => boolean): boolean => outputs.some((_, i) => !test(solved.marginal(i)));
  if (solved.leftOut > 0 && momentForms.has(form) && lacking((law) => tailFades(law, form === 'E' ? 1 : 2)))
    return 'what is left out of an infinite support may have most of the mean';
  switch (form) {
    case 'E':
      return null;
    case 'P':
      return lacking((law) => law.kind !== 'moments' || outputs[0]?.type.kind === 'bool')
        ? 'the distribution of a target is not known, only its mean'
        : null;
    case 'Var':
    case 'Sd':
      return lacking((law) => law.kind !== 'moments' || law.variance !== null) ? 'a variance is not known' : null;
    case 'Median':
    case 'Q':
    case 'posterior':
    case 'predict':
      return lacking((law) => law.kind !== 'moments')
        ? 'the distribution of a target is not known, only moments'
        : null;
    case 'Cov':
    case 'Corr':
      return solved.covariance(0, 1) === null ? 'a covariance is not known' : null;
    case 'H':
    case 'I':
      return informationIn(solved, form, outputs) === null
        ? 'the joint distribution of the targets is not known'
        : null;
    default:
      return 'this form has no exact answer';
  }
}

/** Whether the most extreme of finitely many values, where they are rare, add next to nothing to a moment. */
function tailFades(law: Law, power: number): boolean {
  if (law.kind !== 'atoms') return true;
  const shares = law.values.map((x, i) => Math.abs(x) ** power * (law.probabilities[i] ?? 0));
  const total = shares.reduce((sum, share) => (Number.isNaN(share) ? sum : sum + share), 0);
  return [0, shares.length - 1].every((i) => (law.probabilities[i] ?? 0) > 1e-9 || !((shares[i] ?? 0) > 1e-6 * total));
}

/** Entropy of all outputs, or mutual information of those of the first target and the others; null where it is not known. */
export function informationIn(solved: Solved, form: 'H' | 'I', outputs: readonly Output[]): number | null {
  if (form === 'H' && outputs.length === 1) return entropyOfLaw(solved.marginal(0));
  const joint = solved.joint(outputs.map((_, i) => i));
  if (joint === null) return null;
  return form === 'H' ? entropyOfJoint(joint) : informationOf(joint, outputs.filter((o) => o.target === 0).length);
}

/** Runs of a program at values of the parameters of its `main`. */
function runsOf(program: Program): Run {
  const options = { layout: 'addressed', key: keyFromSeed('exact'), limits: defaultLimits, externs: {} } as const;
  const kernel = engines.js(program, mainName, options);
  const results = findFunction(program, mainName)?.results ?? [];
  return (given, count) => {
    const draws = newDraws(results, count);
    kernel.fill(given.length === 0 ? draws : { ...draws, given }, 0, count);
    return draws;
  };
}

const entryNames: Readonly<Record<PureEntry, string>> = {
  logpdf: 'logpdf',
  cdf: 'cdf',
  quantile: 'quantile',
  survival: 'survival',
  logcdf: 'logcdf',
  require: 'require',
  support: 'support',
  mean: 'moment_mean',
  variance: 'moment_variance',
};

/** Entries of families, lowered, bound and compiled when they are first asked for. */
export function entries(unit: Unit, inputs: Readonly<Record<string, Constant>>): Problem['entry'] {
  const found = new Map<string, Evaluate | null>();
  return (family, entry) => {
    const name = `${family}.${entryNames[entry]}`;
    const known = found.get(name);
    if (known !== undefined) return known;
    nameFamily(unit, family);
    const made = demand(unit, name) && unit.functions.has(name) ? keptEvaluator(unit, name, inputs) : null;
    found.set(name, made);
    return made;
  };
}

/** Makes a family of numbers known that no draw of the program is from: laws are told by the library's functions. */
function nameFamily(unit: Unit, key: string): void {
  if (unit.families.has(key)) return;
  const [, name, parameters] = /^(\w+)\((real(?:, real)*)\)$/.exec(key) ?? [];
  if (name === undefined || parameters === undefined || !unit.project.dists.has(name)) return;
  familyKey(unit, { family: name, parameters: parameters.split(', ').map(() => ({ kind: 'real' })) });
}

const compiledEntries = new WeakMap<Project, Map<string, Evaluate>>();

/**
 * An entry that reads no argument and no data is the same in all questions about a project, and compiled once. Where it has a fault it is
 * compiled again, as places have other numbers in each question.
 */
function keptEvaluator(unit: Unit, name: string, inputs: Readonly<Record<string, Constant>>): Evaluate {
  const fresh = (): Evaluate => evaluator(unit.finish(), name, inputs);
  if (isRecording()) return fresh();
  const kept = compiledEntries.get(unit.project) ?? new Map<string, Evaluate>();
  compiledEntries.set(unit.project, kept);
  const known = kept.get(name);
  if (known === undefined) {
    const made = fresh();
    if (!readsInputs(unit, name, new Set())) kept.set(name, made);
    return made;
  }
  return (...values) => {
    try {
      return known(...values);
    } catch (thrown) {
      if (!isFault(thrown)) throw thrown;
      return fresh()(...values);
    }
  };
}

/** Whether a function, or one that it calls, reads arguments or data. */
function readsInputs(unit: Unit, name: string, seen: Set<string>): boolean {
  const func = unit.functions.get(name);
  if (func === undefined || seen.has(name)) return false;
  seen.add(name);
  return some(func.body, (i) => i.kind === 'input' || (i.kind === 'call' && readsInputs(unit, i.callee, seen)));
}

function pureFunctions(program: Program): Problem['pure'] {
  const found = new Map<string, Evaluate>();
  return (name) => {
    const made = found.get(name) ?? evaluator(program, name, {});
    found.set(name, made);
    return made;
  };
}

/** Compiled where its types are plain, else interpreted. */
function evaluator(program: Program, name: string, inputs: Readonly<Record<string, Constant>>): Evaluate {
  const { program: bound } = bind(prune(program, name), inputs);
  const compiled = compilePure(bound, name);
  if (compiled !== null) return compiled;
  const func = findFunction(bound, name);
  if (func === null) throw new Error(`solve: no function ${name}`);
  const types = func.body.args.map((arg) => arg.type);
  const result: IrType = func.results[0] ?? { kind: 'unit' };
  const args = types.map((_, i) => i);
  return (...values) => {
    const known = (id: ValueId) => ({ type: types[id] ?? result, value: values[id] ?? Number.NaN });
    const call = { kind: 'call', at: -1, results: [{ id: types.length, type: result }], callee: name, args } as const;
    return createEvaluator().run(bound, call, known)?.[0] ?? Number.NaN;
  };
}
