/** Lasso on a covariance matrix. */

/** Steps from the penalty that leaves nothing to the least one. */
const steps = 60;
const leastShare = 1e-4;
const mostSweeps = 1000;

/** A regression by its moments. */
type Moments = {
  /** The number of regressors. */
  readonly size: number;
  /** Covariances of the regressors, row by row. */
  readonly gram: Float64Array;
  /** Covariances of the regressors with the outcome. */
  readonly cross: Float64Array;
  /** The variance of the outcome. */
  readonly variance: number;
  readonly rows: number;
};

/**
 * Regressors with a coefficient that is not 0 in the adaptive lasso (Zou, JASA 101, 2006): the penalty of each is divided by its coefficient in the
 * regression on all of them, and the one penalty left is chosen by BIC along the path, which finds the right regressors with enough rows.
 */
export function adaptiveLasso(moments: Moments, full: Float64Array): readonly number[] {
  const { size, rows } = moments;
  const scale = full.map(Math.abs);
  // Regressors times their weights have the same penalty.
  const gram = moments.gram.map((value, k) => value * scale[Math.floor(k / size)]! * scale[k % size]!);
  const cross = moments.cross.map((value, k) => value * scale[k]!);
  const greatest = cross.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  const coefficients = new Float64Array(size);
  let best: readonly number[] = [];
  let least = rows * Math.log(moments.variance);
  for (let step = 0; step <= steps && greatest > 0; step++) {
    const penalty = greatest * leastShare ** (step / steps);
    descend({ ...moments, gram, cross }, penalty, coefficients);
    const chosen = [...coefficients.keys()].filter((k) => coefficients[k] !== 0);
    const left = leftOver({ ...moments, gram, cross }, coefficients);
    const criterion = rows * Math.log(Math.max(left, Number.MIN_VALUE)) + Math.log(rows) * chosen.length;
    if (criterion < least) {
      least = criterion;
      best = chosen;
    }
  }
  return best;
}

/** Coordinate descent from where the coefficients are, until none moves. */
function descend({ size, gram, cross }: Moments, penalty: number, coefficients: Float64Array): void {
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let moved = 0;
    for (let k = 0; k < size; k++) {
      const own = gram[k * size + k]!;
      if (own <= 0) continue;
      let rest = cross[k]!;
      for (let j = 0; j < size; j++) if (j !== k) rest -= gram[k * size + j]! * coefficients[j]!;
      const next = (Math.sign(rest) * Math.max(0, Math.abs(rest) - penalty)) / own;
      moved = Math.max(moved, Math.abs(next - coefficients[k]!) * Math.sqrt(own));
      coefficients[k] = next;
    }
    if (moved < 1e-9) return;
  }
}

/** The variance that the coefficients leave. */
function leftOver({ size, gram, cross, variance }: Moments, coefficients: Float64Array): number {
  let left = variance;
  for (let k = 0; k < size; k++) {
    let fitted = 0;
    for (let j = 0; j < size; j++) fitted += gram[k * size + j]! * coefficients[j]!;
    left += coefficients[k]! * (fitted - 2 * cross[k]!);
  }
  return left;
}
