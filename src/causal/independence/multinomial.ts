import { Matrix, solve } from 'ml-matrix';
import { type Basis, dot } from './basis.js';

const mostIterations = 30;
/** Keeps the information regular where some labels are told apart without error. */
const ridge = 1e-9;

/** A fitted regression: coefficients by label (but the first) and column, its log likelihood, and how many labels occur. */
export type MultinomialFit = { readonly value: number; readonly levels: number; readonly coefficients: Float64Array };

/** A step that gains less than this is the last one: Newton's method has converged to far beyond it. */
const leastGain = 1e-4;

/**
 * Multinomial logistic regression of labels on orthonormal columns at its greatest log likelihood, by Newton's method with halved steps. Labels that
 * never occur are left out. Where columns tell labels apart without error the likelihood has no maximum, and what is given comes as near to its bound as
 * some thirty steps do.
 *
 * @param start the fit on the first of the columns, to begin from
 */
export function multinomialFit(
  basis: Basis,
  outcome: Float64Array,
  levels: number,
  start: MultinomialFit | null = null,
): MultinomialFit {
  const places = presentLabels(outcome, levels);
  const free = places.count - 1;
  const width = basis.length;
  if (free < 1) return { value: 0, levels: 1, coefficients: new Float64Array(0) };
  const labels = outcome.map((v) => places.of[v]!);
  let beta = new Float64Array(free * width);
  if (start !== null) {
    const before = start.coefficients.length / free;
    for (let k = 0; k < free; k++) beta.set(start.coefficients.subarray(k * before, (k + 1) * before), k * width);
  }
  let current = evaluate(basis, labels, free, beta);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const { gradient, information } = slopes(basis, labels, free, current.chances);
    const step = solve(information, Matrix.columnVector([...gradient])).to1DArray();
    let found = current;
    let next = beta;
    for (let size = 1; size > 0.02; size /= 2) {
      next = beta.map((b, k) => b + size * step[k]!);
      found = evaluate(basis, labels, free, next);
      if (found.value >= current.value) break;
    }
    const gain = found.value - current.value;
    if (gain < 0) break;
    beta = next;
    current = found;
    if (gain < leastGain) break;
  }
  return { value: current.value, levels: places.count, coefficients: beta };
}

/** Places of the labels that occur, from 0. */
function presentLabels(outcome: Float64Array, levels: number): { readonly of: Int32Array; readonly count: number } {
  const of = new Int32Array(levels).fill(-1);
  let count = 0;
  for (const v of outcome) if (of[v] === -1) of[v] = count++;
  return { of, count };
}

type Evaluated = { readonly value: number; readonly chances: readonly Float64Array[] };

/** The log likelihood, and the chance of each label but the first in each row. */
function evaluate(basis: Basis, labels: Float64Array, free: number, beta: Float64Array): Evaluated {
  const rows = labels.length;
  const width = basis.length;
  const chances = Array.from({ length: free }, (_, k) => {
    const scores = new Float64Array(rows);
    for (const [c, column] of basis.entries()) {
      const b = beta[k * width + c]!;
      for (let r = 0; r < rows; r++) scores[r]! += b * column[r]!;
    }
    return scores;
  });
  let value = 0;
  for (let r = 0; r < rows; r++) {
    let greatest = 0;
    for (const s of chances) greatest = Math.max(greatest, s[r]!);
    let total = Math.exp(-greatest);
    const own = labels[r] === 0 ? 0 : chances[labels[r]! - 1]![r]!;
    for (const s of chances) total += Math.exp(s[r]! - greatest);
    value += own - greatest - Math.log(total);
    for (const s of chances) s[r] = Math.exp(s[r]! - greatest) / total;
  }
  return { value, chances };
}

function slopes(
  basis: Basis,
  labels: Float64Array,
  free: number,
  chances: readonly Float64Array[],
): { readonly gradient: Float64Array; readonly information: Matrix } {
  const width = basis.length;
  const gradient = new Float64Array(free * width);
  const information = Matrix.zeros(free * width, free * width);
  const weighed = new Float64Array(labels.length);
  for (const [k, p] of chances.entries()) {
    const residual = p.map((chance, r) => (labels[r] === k + 1 ? 1 : 0) - chance);
    for (const [c, column] of basis.entries()) gradient[k * width + c] = dot(residual, column);
    for (let l = 0; l <= k; l++) {
      const q = chances[l]!;
      const weight = p.map((chance, r) => chance * ((k === l ? 1 : 0) - q[r]!));
      for (const [c, left] of basis.entries()) {
        for (let r = 0; r < weighed.length; r++) weighed[r] = left[r]! * weight[r]!;
        for (const [d, right] of basis.entries()) {
          if (k === l && d > c) break;
          const entry = dot(weighed, right);
          information.set(k * width + c, l * width + d, entry);
          information.set(l * width + d, k * width + c, entry);
        }
      }
    }
  }
  for (let k = 0; k < free * width; k++) information.set(k, k, information.get(k, k) + ridge);
  return { gradient, information };
}
