/** The solver of linear-Gaussian programs, also with a few finite discrete draws beside. */
import { atomsOf, type JointLaw, type Law } from '../law.js';
import { type Problem, refuse, type Solved, type Solver } from '../solver.js';
import { createChoices, tooMany } from './choices.js';
import { type Component, createComponent } from './component.js';
import { createMeter, isRefused, type Meter } from './refusal.js';
import { createFacts, walk } from './walk.js';

/** The most combinations of discrete values that are enumerated. */
const mostCombinations = 4096;
/** The most outputs whose joint law is told. */
const mostJoint = 512;

/**
 * Programs whose draws are affine functions of standard normal noise (found by walking the families' own functions, whatever they are
 * called), conditioned exactly: along a chain as a Kalman filter would, at a cost linear in its length. Worlds share noise by its
 * address, so counterfactuals are functions of the same variables. Finite discrete draws beside them are enumerated, and the
 * answers are mixtures (conditional linear Gaussian networks, Lauritzen 1992).
 */
export const gaussian: Solver = {
  name: 'gaussian',
  solve: (problem) => {
    try {
      const meter = createMeter(problem.budget);
      const components = combinations(problem, meter);
      return components === null ? refuse(tooMany(mostCombinations)) : { ok: true, solved: solvedBy(components) };
    } catch (thrown) {
      if (isRefused(thrown)) return refuse(thrown.refused);
      throw thrown;
    }
  },
};

/** Every combination of discrete values that has weight; null where there are too many. */
function combinations(problem: Problem, meter: Meter): readonly Component[] | null {
  const facts = createFacts();
  const choices = createChoices(mostCombinations);
  const components: Component[] = [];
  for (let walks = 0; walks < mostCombinations; walks++) {
    const walked = walk(problem, choices, facts, meter);
    const component = walked === null ? null : createComponent(walked, meter);
    if (component !== null) components.push(component);
    if (!choices.advance()) return lowest(components);
  }
  return null;
}

/** A density never beats an atom: only the runs of the lowest dimension count. */
function lowest(components: readonly Component[]): readonly Component[] {
  const least = Math.min(...components.map((c) => c.dimension));
  return components.filter((c) => c.dimension === least);
}

function solvedBy(components: readonly Component[]): Solved {
  const greatest = Math.max(...components.map((c) => c.logWeight));
  const raw = components.map((c) => Math.exp(c.logWeight - greatest));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const weights = raw.map((w) => w / total);
  const [only, ...others] = components;
  const mean = (output: number): number =>
    components.reduce((sum, c, i) => sum + (weights[i] ?? 0) * c.mean(output), 0);

  return {
    logEvidence: only === undefined ? Number.NEGATIVE_INFINITY : greatest + Math.log(total),
    leftOut: 0,
    marginal: (output) => joined(components.map((c, i) => ({ weight: weights[i] ?? 0, law: c.law(output) }))),
    covariance: (a, b) => {
      const [meanA, meanB] = [mean(a), mean(b)];
      let sum = 0;
      for (const [i, component] of components.entries()) {
        const within = component.covariance(a, b);
        if (within === null) return null;
        sum += (weights[i] ?? 0) * (within + (component.mean(a) - meanA) * (component.mean(b) - meanB));
      }
      return Number.isNaN(sum) ? null : sum;
    },
    joint: (outputs) => {
      if (outputs.length > mostJoint || only === undefined) return null;
      const atoms = jointAtoms(components, weights, outputs);
      if (atoms !== null) return atoms;
      const moments = others.length === 0 ? only.joint(outputs) : null;
      if (moments === null || moments.mean.some((x) => Number.isNaN(x))) return null;
      return { kind: 'normal', mean: moments.mean, covariance: moments.covariance };
    },
    how: [
      'every draw that matters is linear in normal noise: means and covariances were conditioned exactly',
      ...(others.length === 0 ? [] : [`${components.length} combinations of discrete values were enumerated`]),
    ],
  };
}

type Weighted = { readonly weight: number; readonly law: Law };

/** One law of parts: atoms together, one normal law as itself, else a mixture. */
function joined(parts: readonly Weighted[]): Law {
  const [first, ...rest] = parts;
  if (first !== undefined && rest.length === 0) return first.law;
  const values: number[] = [];
  const masses: number[] = [];
  const smooth: Weighted[] = [];
  for (const { weight, law } of parts) {
    if (!(weight > 0)) continue;
    if (law.kind !== 'atoms') {
      smooth.push({ weight, law });
      continue;
    }
    for (const [k, value] of law.values.entries()) {
      values.push(value);
      masses.push(weight * (law.probabilities[k] ?? 0));
    }
  }
  if (smooth.length === 0) return atomsOf(values, masses);
  const weight = masses.reduce((sum, w) => sum + w, 0);
  if (weight > 0) smooth.push({ weight, law: atomsOf(values, masses) });
  const [single] = smooth;
  return smooth.length === 1 && single !== undefined ? single.law : { kind: 'mixture', parts: smooth };
}

/** The joint law where every output is a plain number in every combination. */
function jointAtoms(
  components: readonly Component[],
  weights: readonly number[],
  outputs: readonly number[],
): JointLaw | null {
  const rows: Float64Array[] = [];
  for (const component of components) {
    const row = outputs.map(component.constant);
    if (row.some((x) => x === null)) return null;
    rows.push(Float64Array.from(row, Number));
  }
  return { kind: 'atoms', rows, probabilities: Float64Array.from(weights) };
}
