/**
 * Robust adaptive Metropolis (Vihola 2012, "Robust adaptive Metropolis algorithm with coerced acceptance rate"): proposals z + e^s L u with
 * u standard normal; the lower triangular L learns the shape of the target from how far each proposal was accepted, and s, besides,
 * its overall scale, so that targets a thousand times narrower than the prior are found quickly.
 */

/** A block of numbers that are moved together. Plain data. */
export type Block = {
  /** Which numbers. */
  readonly members: Int32Array;
  /** L, row by row, with zeros above the diagonal: members × members. */
  readonly factor: Float64Array;
  /** s, and the number of adaptations so far: 2 numbers. */
  readonly scale: Float64Array;
};

/** Proposals of standard deviation `step` times what is best for a standard normal target of this dimension. */
export function newBlock(members: readonly number[], step: number): Block {
  const d = members.length;
  const factor = new Float64Array(d * d);
  for (let i = 0; i < d; i++) factor[i * d + i] = 1;
  return {
    members: Int32Array.from(members),
    factor,
    scale: Float64Array.of(Math.log((2.38 * step) / Math.sqrt(d)), 0),
  };
}

/** The acceptance that is best: 0.44 in one dimension, 0.234 in many (Roberts, Gelman and Gilks 1997; Roberts and Rosenthal 2001). */
export const targetAcceptance = (dimension: number): number => (dimension === 1 ? 0.44 : 0.234);

/** Sets `step` to e^s L u. */
export function stepOf({ members, factor, scale }: Block, u: Float64Array, step: Float64Array): void {
  const d = members.length;
  const size = Math.exp(scale[0]!);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += factor[i * d + j]! * u[j]!;
    step[i] = size * sum;
  }
}

/**
 * Adapts to the acceptance probability of the proposal that u made: L Lᵀ becomes L (I + η (α - α*) u uᵀ / |u|²) Lᵀ with
 * η = min(1, d n^-0.6), by a rank one update of the Cholesky factor; s moves by n^-0.5 (α - α*).
 */
export function adapt({ members, factor, scale }: Block, u: Float64Array, acceptance: number): void {
  const d = members.length;
  const n = scale[1]! + 1;
  scale[1] = n;
  const excess = acceptance - targetAcceptance(d);
  scale[0] = scale[0]! + excess / Math.sqrt(n);
  if (d === 1) return;
  let square = 0;
  for (let i = 0; i < d; i++) square += u[i]! * u[i]!;
  const amount = (Math.min(1, d * n ** -0.6) * excess) / square;
  const x = new Float64Array(d);
  const size = Math.sqrt(Math.abs(amount));
  for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) x[i] = x[i]! + size * factor[i * d + j]! * u[j]!;
  updateFactor(factor, d, x, Math.sign(amount));
}

/** The Cholesky factor of L Lᵀ + sign x xᵀ in the place of L (Golub and Van Loan, section 6.5.4); x is overwritten. */
function updateFactor(factor: Float64Array, d: number, x: Float64Array, sign: number): void {
  for (let k = 0; k < d; k++) {
    const diagonal = factor[k * d + k]!;
    const r = Math.sqrt(Math.max(diagonal * diagonal + sign * x[k]! * x[k]!, 1e-12 * diagonal * diagonal));
    const c = r / diagonal;
    const s = x[k]! / diagonal;
    factor[k * d + k] = r;
    for (let i = k + 1; i < d; i++) {
      const next = (factor[i * d + k]! + sign * s * x[i]!) / c;
      x[i] = c * x[i]! - s * next;
      factor[i * d + k] = next;
    }
  }
}
