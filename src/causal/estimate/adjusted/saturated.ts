import { type Effect, standardErrorOf, type UnitColumn, type Units, unestimable } from '../units.js';

/** The row's cell of covariates, as one number. */
function cellOf(covariates: readonly UnitColumn[], row: number): number {
  let cell = 0;
  for (const { values, levels } of covariates) cell = cell * (levels ?? 1) + values[row]!;
  return cell;
}

/**
 * The mean outcome of each arm in each cell of the covariates, weighed by how many of those asked about are in it: the g-formula without a
 * model. Its error is that of the efficient influence function (Hahn, Econometrica 66, 1998).
 */
export function saturated(units: Units): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (covariates.some(({ levels }) => levels === null))
    return unestimable('a covariate is no label: cells would have one unit each');
  type Cell = { readonly count: Map<number, number>; readonly sum: Map<number, number>; total: number };
  const cells = new Map<number, Cell>();
  for (let r = 0; r < rows; r++) {
    const key = cellOf(covariates, r);
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
  const influence = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const cell = cells.get(cellOf(covariates, r))!;
    const mine = among === null || exposure.values[r] === among ? 1 : 0;
    let at = 0;
    for (const arm of arms) {
      const level = mean(cell, arm.value);
      if (exposure.values[r] === arm.value)
        at += arm.sign * (asked(cell) / cell.count.get(arm.value)!) * (outcome.values[r]! - level);
      at += arm.sign * mine * level;
    }
    influence[r] = (rows / population) * (at - mine * value);
  }
  return { ok: true, value, se: standardErrorOf(influence), how: 'means of cells', remarks: [] };
}
