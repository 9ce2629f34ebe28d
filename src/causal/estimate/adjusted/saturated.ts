import { cellsOf } from '../cells.js';
import { type Effect, standardErrorOf, type Units, unestimable } from '../units.js';

/**
 * The mean outcome of each arm in each cell of the covariates, weighed by how many of those asked about are in it: the g-formula without a
 * model. Its error is that of the efficient influence function (Hahn, Econometrica 66, 1998), variances in cells with n - 1 in the denominator.
 */
export function saturated(units: Units): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (covariates.some(({ levels }) => levels === null))
    return unestimable('a covariate is no label: cells would have one unit each');
  type Cell = { readonly count: Map<number, number>; readonly sum: Map<number, number>; total: number };
  const cells = new Map<number, Cell>();
  const cellOf = cellsOf(covariates, rows);
  for (let r = 0; r < rows; r++) {
    const key = cellOf[r]!;
    const cell = cells.get(key) ?? { count: new Map<number, number>(), sum: new Map<number, number>(), total: 0 };
    cells.set(key, cell);
    const x = exposure.values[r]!;
    cell.count.set(x, (cell.count.get(x) ?? 0) + 1);
    cell.sum.set(x, (cell.sum.get(x) ?? 0) + outcome.values[r]!);
    cell.total += 1;
  }
  const asked = (cell: Cell): number => (among === null ? cell.total : (cell.count.get(among) ?? 0));
  const population = [...cells.values()].reduce((sum, cell) => sum + asked(cell), 0);
  if (population === 0) return unestimable('no row has the exposure that the question is about');
  for (const cell of cells.values())
    for (const arm of arms)
      if (asked(cell) > 0 && (cell.count.get(arm.value) ?? 0) === 0)
        return unestimable('there are covariates with which no unit has the exposure that is asked about (no overlap)');
  const mean = (cell: Cell, value: number): number => (cell.sum.get(value) ?? 0) / (cell.count.get(value) ?? 1);
  let value = 0;
  for (const cell of cells.values())
    for (const arm of arms) value += ((arm.sign * asked(cell)) / population) * mean(cell, arm.value);
  // What is left of outcomes in each cell and arm tells the error of its mean; a single unit tells nothing, and has the variance of all others.
  const left = new Map<Cell, Map<number, number>>();
  const between = new Float64Array(rows);
  let [squares, freedom] = [0, 0];
  for (let r = 0; r < rows; r++) {
    const cell = cells.get(cellOf[r]!)!;
    const x = exposure.values[r]!;
    const square = (outcome.values[r]! - mean(cell, x)) ** 2;
    const inside = left.get(cell) ?? new Map<number, number>();
    left.set(cell, inside);
    inside.set(x, (inside.get(x) ?? 0) + square);
    squares += square;
    if (among !== null && x !== among) continue;
    between[r] = (rows / population) * (arms.reduce((sum, arm) => sum + arm.sign * mean(cell, arm.value), 0) - value);
  }
  for (const cell of cells.values()) for (const count of cell.count.values()) freedom += count - 1;
  let variance = standardErrorOf(between) ** 2;
  for (const cell of cells.values()) {
    const weights = new Map<number, number>();
    for (const { sign, value: x } of arms) weights.set(x, (weights.get(x) ?? 0) + sign);
    for (const [x, weight] of weights) {
      if (weight === 0 || asked(cell) === 0) continue;
      const count = cell.count.get(x)!;
      if (freedom === 0) return unestimable('no two units are alike, so that nothing tells how much outcomes vary');
      const spread = count > 1 ? left.get(cell)!.get(x)! / (count - 1) : squares / freedom;
      variance += ((weight * asked(cell)) / population) ** 2 * (spread / count);
    }
  }
  return { ok: true, value, se: Math.sqrt(variance), how: 'means of cells', remarks: [] };
}
