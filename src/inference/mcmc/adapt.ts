/**
 * Robust adaptive Metropolis (Vihola 2012, "Robust adaptive Metropolis algorithm with coerced acceptance rate"): proposals z + e^s L u with
 * u standard normal; the lower triangular L learns the shape of the target from how far each proposal was accepted, and s, besides,
 * its overall scale, so that targets a thousand times narrower than the prior are found quickly. At the ends of windows of growing
 * length L becomes a factor of the covariance of the states since the last one (Haario, Saksman and Tamminen 2001): that finds narrow ridges,
 * along which acceptance alone says little.
 */

/** A block of numbers that are moved together. Plain data. */
export type Block = {
  /** Which numbers. */
  readonly members: Int32Array;
  /** L, row by row, with zeros above the diagonal: members × members. */
  readonly factor: Float64Array;
  /** s, and the number of adaptations so far: 2 numbers. */
  readonly scale: Float64Array;
  /** States of the window: their number, their mean and the sums of products of their deviations; 1 + members + members² numbers. */
  readonly window: Float64Array;
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
    window: new Float64Array(1 + d + d * d),
  };
}

/** A block that may be adapted while the state that it is of stays as it is. */
export const copyOfBlock = ({ members, factor, scale, window }: Block): Block => ({
  members,
  factor: factor.slice(),
  scale: scale.slice(),
  window: window.slice(),
});

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

const slowest = 0.03;

/**
 * Adapts to the acceptance probability of the proposal that u made: L Lᵀ becomes L (I + η (α - α*) u uᵀ / |u|²) Lᵀ with
 * η = min(1, d n^-0.6), by a rank one update of the Cholesky factor; s moves by
 * max(n^-0.5, 0.03) (α - α*).
 */
export function adapt(
  { members, factor, scale }: Block,
  u: Float64Array,
  acceptance: number,
  target: number = targetAcceptance(members.length),
): void {
  const d = members.length;
  const n = scale[1]! + 1;
  scale[1] = n;
  const excess = acceptance - target;
  scale[0] = scale[0]! + excess * Math.max(n ** -0.5, slowest);
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

/** Takes a state into the window (Welford 1962). */
export function observe({ members, window }: Block, state: Float64Array): void {
  const d = members.length;
  const n = window[0]! + 1;
  window[0] = n;
  for (let i = 0; i < d; i++) {
    const deviation = state[members[i]!]! - window[1 + i]!;
    for (let j = 0; j < i; j++) {
      // Means up to j are those with the state, that of i is still without it.
      const at = 1 + d + i * d + j;
      window[at] = window[at]! + deviation * (state[members[j]!]! - window[1 + j]!);
    }
    window[1 + i] = window[1 + i]! + deviation / n;
    const at = 1 + d + i * d + i;
    window[at] = window[at]! + deviation * (state[members[i]!]! - window[1 + i]!);
  }
}

/** Adaptations that a new shape is worth: those that follow move it on accordingly. */
const trusted = 50;

/** Ends the window: L becomes the factor of its covariance where that has one, and s what is best for it. */
export function endWindow({ members, factor, scale, window }: Block): void {
  const d = members.length;
  const n = window[0]!;
  const found = n > 5 * d ? factorOf(window.subarray(1 + d), d, n) : null;
  window.fill(0);
  if (found === null) return;
  factor.set(found);
  scale[0] = Math.log(2.38 / Math.sqrt(d));
  scale[1] = Math.min(scale[1]!, trusted);
}

/** The Cholesky factor of sums / n, the diagonal a little wider; null where it has none. */
function factorOf(sums: Float64Array, d: number, n: number): Float64Array | null {
  const l = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (sums[i * d + j]! / n) * (i === j ? 1 + 5 / n : 1);
      for (let k = 0; k < j; k++) sum -= l[i * d + k]! * l[j * d + k]!;
      if (i !== j) l[i * d + j] = sum / l[j * d + j]!;
      else if (sum > 0) l[i * d + i] = Math.sqrt(sum);
      else return null;
    }
  }
  return l;
}
