/** The solver of conjugate programs. */
import type { Func, InstructionOf, Program } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import { isScalarType } from '../../ir/values.js';
import { literalOf } from '../../passes/conjugate/interpret.js';
import { densityOf } from '../../passes/conjugate/latents.js';
import { libraryOf } from '../../passes/conjugate/library.js';
import { asNumberOf } from '../../passes/conjugate/polynomial.js';
import { beyond } from '../../passes/conjugate/value.js';
import { type ConjugateSetting, newMemory } from '../../passes/conjugate/work.js';
import { atomsOf, type JointLaw, type Law } from '../law.js';
import { type Problem, refuse, type Solved, type Solver } from '../solver.js';
import { meanOf } from '../summary.js';
import { lawOf, productMean } from './laws.js';
import { type Assigned, type Leaf, obstacle, type Step, stepFrom } from './leaf.js';

/** The most combinations of values of discrete draws. */
const mostLeaves = 4096;
/** The most values of a discrete draw that is neither bool nor enum. */
const mostValues = 512;
/** Probabilities that lack less than this to one are those of all values. */
const allMass = 1e-9;

/**
 * Programs whose scores are all conjugate to the draws that they hang on, with finitely many values of discrete draws beside: these are
 * enumerated, and the continuous draws integrated out one after another. Means, variances and covariances of targets that are
 * polynomials in the draws follow from the moments of the posteriors, whole laws where a target is one draw up to scale, or
 * where the draws are jointly normal.
 */
export const conjugacy: Solver = {
  name: 'conjugate',
  solve: (given) => {
    const { program: bare, main } = given;
    const reason = given.outputs.every(isScalarType) ? obstacle(bare, main) : 'a target is no number';
    const func = findFunction(bare, main);
    if (reason !== null || func === null) return refuse(reason ?? 'there is no program');
    const program = withDensities(given, func);
    const problem = { ...given, program };
    const leaves: Leaf[] = [];
    const setting = { library: libraryOf(program), pure: () => null, memory: newMemory() };
    const open: Assigned[] = [new Map()];
    for (let assigned = open.pop(); assigned !== undefined; assigned = open.pop()) {
      const step = stepIn(problem, setting, assigned);
      if (step.kind === 'refused') return refuse(step.reason);
      if (step.kind === 'impossible') continue;
      if (step.kind === 'choice') {
        const values = valuesOf(program, step);
        if (values === null) return refuse('a discrete draw has too many values');
        for (const value of [...values].reverse()) open.push(new Map([...assigned, [step.draw, value]]));
        if (open.length + leaves.length > mostLeaves) return refuse('there are too many values of discrete draws');
        continue;
      }
      leaves.push(step.leaf);
      if (leaves.length > mostLeaves) return refuse('there are too many values of discrete draws');
    }
    const laws = leaves.map((leaf) => leaf.outputs.map((output) => lawOf(output, leaf, problem)));
    if (laws.some((row) => row.some((law) => law === null))) return refuse('the mean of a target is not known');
    const known = laws.map((row) => row.flatMap((law) => (law === null ? [] : [law])));
    return { ok: true, solved: solvedBy(leaves, known) };
  },
};

/** What normalisers are told by, and posteriors belong to. */
const standard = ['gamma(real, real)', 'beta(real, real)', 'inverse_gamma(real, real)', 'normal(real, real)'] as const;

/** The program with the densities of what `main` draws from. */
function withDensities({ program, complete }: Problem, main: Func): Program {
  const lacking = new Set<string>();
  for (const i of main.body.body)
    if (i.kind === 'draw' && program.families[i.family]?.logpdf === null) lacking.add(i.family);
  return lacking.size === 0 ? program : complete(program, [...lacking, ...standard]);
}

function stepIn(problem: Problem, setting: ConjugateSetting, assigned: Assigned): Step {
  const { program, main } = problem;
  const { body } = findFunction(program, main)!;
  try {
    return stepFrom(program, main, body, setting, assigned);
  } catch (thrown) {
    if (thrown === beyond) return { kind: 'refused', reason: 'a value has no form that is known' };
    throw thrown;
  }
}

/** The values of a discrete draw; null where they are too many, or cannot be listed. */
function valuesOf(
  program: Program,
  { draw, params, work }: Extract<Step, { readonly kind: 'choice' }>,
): readonly number[] | null {
  const { type } = draw.result;
  if (type.kind === 'bool') return [0, 1];
  if (type.kind === 'enum') return type.members.map((_, i) => i);
  if (type.kind !== 'int') return null;
  const family = program.families[draw.family];
  const { setting } = work.collector;
  /** The log probability of a value; NaN where it hangs on other draws, null where it has no form. */
  const at = (value: number): number | null => {
    setting.budget = 60_000;
    const found =
      family === undefined ? null : densityOf(family, params, literalOf(type, value, setting), asScore(draw), setting);
    if (found === null) return null;
    const never = found.density.get('')?.coefficient === Number.NEGATIVE_INFINITY;
    return never ? Number.NEGATIVE_INFINITY : (asNumberOf(found.density) ?? Number.NaN);
  };
  if (at(-1) !== Number.NEGATIVE_INFINITY) return null;
  const values: number[] = [];
  let mass = 0;
  for (let value = 0, gap = 0; value <= mostValues; value++) {
    const log = at(value);
    if (log === null) return null;
    gap = log === Number.NEGATIVE_INFINITY ? gap + 1 : 0;
    if (gap === 0) values.push(value);
    mass += Math.exp(log);
    // Behind the last value there are none; probabilities that are known say whether it was the last.
    if (gap > 4 && values.length > 0 && (Number.isNaN(mass) || mass > 1 - allMass)) return values;
  }
  return null;
}

const asScore = ({ family, params, address, site, at, result }: InstructionOf<'draw'>): InstructionOf<'score'> => ({
  kind: 'score',
  family,
  params,
  address,
  site,
  at,
  value: result.id,
  abduct: false,
});

function solvedBy(leaves: readonly Leaf[], laws: readonly (readonly Law[])[]): Solved {
  const greatest = leaves.reduce((most, leaf) => Math.max(most, leaf.logWeight), Number.NEGATIVE_INFINITY);
  const raw = leaves.map((leaf) => Math.exp(leaf.logWeight - greatest));
  const sum = raw.reduce((total, w) => total + w, 0);
  const weights = raw.map((w) => w / sum);
  const at = (leaf: number, output: number): Law => laws[leaf]![output]!;
  const members = new Set(leaves.flatMap((leaf) => leaf.members.map((m) => m.family)));
  const over = leaves.length > 1 ? `, for each of ${leaves.length} combinations of values of discrete draws` : '';
  return {
    logEvidence: leaves.length === 0 ? Number.NEGATIVE_INFINITY : greatest + Math.log(sum) + leaves[0]!.common,
    leftOut: 0,
    marginal: (output) => mixed(leaves.map((_, i) => ({ weight: weights[i]!, law: at(i, output) }))),
    covariance: (a, b) => {
      const meanA = leaves.reduce((so, _, i) => so + weights[i]! * meanOf(at(i, a)), 0);
      const meanB = leaves.reduce((so, _, i) => so + weights[i]! * meanOf(at(i, b)), 0);
      let total = 0;
      for (const [i, leaf] of leaves.entries()) {
        const product = productMean(leaf.outputs[a]!, leaf.outputs[b]!, leaf);
        if (product === null) return null;
        total += weights[i]! * product;
      }
      return total - meanA * meanB;
    },
    joint: (outputs) => jointOf(outputs, leaves, weights, at),
    how: [`Integrated over conjugate draws in closed form (${[...members].join(', ')})${over}.`],
  };
}

function mixed(parts: readonly { readonly weight: number; readonly law: Law }[]): Law {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first.law;
  const values: number[] = [];
  const weights: number[] = [];
  for (const { weight, law } of parts) {
    if (law.kind !== 'atoms') return { kind: 'mixture', parts };
    law.values.forEach((value, i) => {
      values.push(value);
      weights.push(weight * law.probabilities[i]!);
    });
  }
  return atomsOf(values, weights);
}

/** The joint law where every output is certain in every leaf. */
function jointOf(
  outputs: readonly number[],
  leaves: readonly Leaf[],
  weights: readonly number[],
  at: (leaf: number, output: number) => Law,
): JointLaw | null {
  const rows = new Map<string, { readonly row: Float64Array; weight: number }>();
  for (const i of leaves.keys()) {
    const row: number[] = [];
    for (const output of outputs) {
      const law = at(i, output);
      if (law.kind !== 'atoms' || law.values.length !== 1) return null;
      row.push(law.values[0]!);
    }
    const key = row.join(',');
    const known = rows.get(key);
    if (known === undefined) rows.set(key, { row: Float64Array.from(row), weight: weights[i]! });
    else known.weight += weights[i]!;
  }
  const all = [...rows.values()];
  return { kind: 'atoms', rows: all.map((r) => r.row), probabilities: Float64Array.from(all, (r) => r.weight) };
}
