/** Entropy and mutual information of laws, in nats. */
import { determinant, Matrix } from 'ml-matrix';
import type { JointLaw, Law } from './law.js';
import { massesOf } from './summary.js';

/** Entropy of one number, differential for a continuous one; null where it is not known. */
export function entropyOfLaw(law: Law): number | null {
  switch (law.kind) {
    case 'atoms':
    case 'mixture': {
      const masses = massesOf(law);
      return masses === null ? null : entropyOfMasses(masses.map(({ p }) => p));
    }
    case 'normal':
      return law.sd === 0 ? Number.NEGATIVE_INFINITY : 0.5 * Math.log(2 * Math.PI * Math.E * law.sd ** 2);
    case 'continuous':
      return law.entropy;
    case 'moments':
      return null;
  }
}

/** Entropy of several numbers at once; -Infinity where one of continuous numbers is a function of the others. */
export function entropyOfJoint(law: JointLaw): number {
  if (law.kind === 'atoms') return entropyOfMasses(merged(law.rows, law.probabilities));
  const n = law.mean.length;
  return 0.5 * (n * Math.log(2 * Math.PI * Math.E) + logDeterminant(law.covariance, n));
}

/**
 * Mutual information of the first `split` numbers and the others, H(a) + H(b) - H(a, b) (Cover and Thomas 2006, section 2.4). Infinite
 * where one continuous side is a function of the other.
 */
export function informationOf(law: JointLaw, split: number): number {
  if (law.kind === 'atoms') {
    const side = (from: number, to: number): number =>
      entropyOfMasses(
        merged(
          law.rows.map((row) => row.subarray(from, to)),
          law.probabilities,
        ),
      );
    const width = law.rows[0]?.length ?? 0;
    const information = side(0, split) + side(split, width) - entropyOfJoint(law);
    // Of independent sides only rounding is left.
    return Math.max(0, information);
  }
  const n = law.mean.length;
  const block = (from: number, to: number): number => {
    const size = to - from;
    const part = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) part[i * size + j] = law.covariance[(from + i) * n + from + j] ?? 0;
    return logDeterminant(part, size);
  };
  return Math.max(0, 0.5 * (block(0, split) + block(split, n) - logDeterminant(law.covariance, n)));
}

function entropyOfMasses(masses: readonly number[]): number {
  let sum = 0;
  for (const p of masses) if (p > 0) sum -= p * Math.log(p);
  return Math.max(0, sum);
}

/** Probabilities of equal rows added up. */
function merged(rows: readonly Float64Array[], probabilities: Float64Array): readonly number[] {
  const mass = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    const key = row.join(',');
    mass.set(key, (mass.get(key) ?? 0) + (probabilities[i] ?? 0));
  }
  return [...mass.values()];
}

/** Relative size of a determinant below which a covariance counts as singular. */
const singular = 1e-14;

/** Logarithm of the determinant of a covariance matrix by rows. */
function logDeterminant(covariance: Float64Array, n: number): number {
  const scales = Array.from({ length: n }, (_, i) => Math.sqrt(covariance[i * n + i] ?? 0));
  if (scales.some((s) => s === 0)) return Number.NEGATIVE_INFINITY;
  const correlations = new Matrix(n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      correlations.set(i, j, (covariance[i * n + j] ?? 0) / ((scales[i] ?? 1) * (scales[j] ?? 1)));
  const det = determinant(correlations);
  if (det < singular) return Number.NEGATIVE_INFINITY;
  return Math.log(det) + 2 * scales.reduce((sum, s) => sum + Math.log(s), 0);
}
