import type { Constant, IrType } from '../../ir/ir.js';

/**
 * Regression adjustment (Beaumont, Zhang and Balding 2002, equations 1 to 5): real targets are regressed on the summaries' distance from
 * what was seen, and each draw is moved along the regression to where its summaries would have been those seen. Targets on a bounded
 * scale should be asked for on an unbounded one, as `log(theta)`: a draw may be moved anywhere.
 *
 * @param rows the summaries of each draw
 * @param weights of the draws in the regression; 0 leaves one out
 * @returns the columns with every real number adjusted; discrete ones as they are
 */
export function adjusted(
  columns: readonly (Float64Array | readonly Constant[])[],
  types: readonly IrType[],
  rows: readonly Float64Array[],
  seen: Float64Array,
  weights: Float64Array,
): readonly (Float64Array | readonly Constant[])[] {
  const steps = rows.map((row) => row.map((s, k) => s - seen[k]!));
  const regression = regressionOn(steps, weights);
  const adjust = (values: Float64Array): Float64Array => {
    const slopes = regression(values);
    return values.map((value, i) => value - slopes.reduce((sum, slope, k) => sum + slope * steps[i]![k]!, 0));
  };
  return columns.map((column, c) => {
    const type = types[c];
    if (column instanceof Float64Array) return type?.kind === 'real' ? adjust(column) : column;
    return type?.kind === 'array' && type.element.kind === 'real' ? adjustedArrays(column, adjust) : column;
  });
}

/** Arrays of one length in all draws, element by element; others stay as they are. */
function adjustedArrays(
  column: readonly Constant[],
  adjust: (values: Float64Array) => Float64Array,
): readonly Constant[] {
  const arrays = column.filter((value) => value instanceof Float64Array);
  const [first] = arrays;
  if (first === undefined || arrays.length < column.length || arrays.some((a) => a.length !== first.length))
    return column;
  const elements = Array.from(first.keys(), (k) => adjust(Float64Array.from(arrays, (array) => array[k]!)));
  return arrays.map((_, i) => Float64Array.from(elements, (values) => values[i]!));
}

/** A pivot that is left of less than this share of a summary's own variance says that others determine it. */
const collinear = 1e-9;

/**
 * Weighted least squares with an intercept, by the normal equations of centred columns: gives the slopes for any values. Columns that
 * others determine get the slope 0.
 */
function regressionOn(
  steps: readonly Float64Array[],
  weights: Float64Array,
): (values: Float64Array) => readonly number[] {
  const length = steps[0]?.length ?? 0;
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = (of: (i: number) => number): number => steps.reduce((sum, _, i) => sum + weights[i]! * of(i), 0) / total;
  const centres = Float64Array.from({ length }, (_, k) => mean((i) => steps[i]![k]!));
  const centred = steps.map((row) => row.map((s, k) => s - centres[k]!));
  const lower = centres.map(() => 0);
  const gram = Array.from({ length }, (_, j) =>
    Float64Array.from({ length }, (_, k) => mean((i) => centred[i]![j]! * centred[i]![k]!)),
  );
  const factor = gram.map(() => new Float64Array(length));
  for (let j = 0; j < length; j++) {
    for (let k = 0; k <= j; k++) {
      let rest = gram[j]![k]!;
      for (let m = 0; m < k; m++) rest -= factor[j]![m]! * factor[k]![m]!;
      if (k < j) factor[j]![k] = factor[k]![k] === 0 ? 0 : rest / factor[k]![k]!;
      else factor[j]![j] = rest > collinear * gram[j]![j]! ? Math.sqrt(rest) : 0;
    }
  }
  return (values) => {
    const slopes = Float64Array.from(lower);
    for (let j = 0; j < length; j++) {
      let rest = mean((i) => centred[i]![j]! * values[i]!);
      for (let m = 0; m < j; m++) rest -= factor[j]![m]! * slopes[m]!;
      slopes[j] = factor[j]![j] === 0 ? 0 : rest / factor[j]![j]!;
    }
    for (let j = length - 1; j >= 0; j--) {
      let rest = slopes[j]!;
      for (let m = j + 1; m < length; m++) rest -= factor[m]![j]! * slopes[m]!;
      slopes[j] = factor[j]![j] === 0 ? 0 : rest / factor[j]![j]!;
    }
    return Array.from(slopes);
  };
}
