/** Least squares before the run: columns are taken apart so that sums of squares of their combinations need no cancellation. */

/** A sum without the loss of small summands (Neumaier 1974). */
export function sumOfColumn(column: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (const x of column) {
    const next = sum + x;
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + lost;
}

/**
 * The upper triangle R of F = QR, by rows: then the sum over rows of (Σ fₖ uₖ)² is |R u|², for any u. Gram and Schmidt's way, each column
 * twice (Giraud, Langou and Rozložník 2005), with compensated sums: the mean of a column is gone before its deviations are squared.
 */
export function triangleOf(columns: readonly Float64Array[]): readonly (readonly number[])[] {
  const basis: Float64Array[] = [];
  const norms: number[] = [];
  const rows = columns.map(() => columns.map(() => 0));
  columns.forEach((column, k) => {
    const rest = Float64Array.from(column);
    for (let pass = 0; pass < 2; pass++)
      basis.forEach((q, j) => {
        if (norms[j] === 0) return;
        const factor = sumOfColumn(rest.map((x, i) => x * q[i]!)) / norms[j]!;
        if (factor === 0) return;
        rows[j]![k]! += factor;
        for (let i = 0; i < rest.length; i++) rest[i]! -= factor * q[i]!;
      });
    const square = sumOfColumn(rest.map((x) => x * x));
    // What rounding has left of a combination of the columns before is nothing.
    const before = sumOfColumn(column.map((x) => x * x));
    norms[k] = square <= before * 1e-26 ? 0 : square;
    basis.push(rest);
  });
  return rows.map((row, j) => {
    const length = Math.sqrt(norms[j]!);
    return row.map((x, k) => (k < j ? 0 : k === j ? length : length * x));
  });
}
