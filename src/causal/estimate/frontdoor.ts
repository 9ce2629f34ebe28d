import { cellsOf } from './cells.js';
import { designOf, encode } from './design.js';
import { leastSquares } from './regression.js';
import { type Effect, standardErrorOf, type UnitColumn, type Units, unestimable, unitsAt } from './units.js';

/**
 * The effect through mediators, given covariates. With labels alone the front-door formula cell by cell, sum over m of P(m | x) times sum over
 * x' of E(y | m, x') P(x'), in each cell of the covariates, with the error of its influence function (Fulcher, Shpitser, Marealle and
 * Tchetgen Tchetgen, JRSS B 82, 2020); with quantities the product of coefficients of two linear regressions.
 */
export function byFrontDoor(units: Units, mediators: readonly UnitColumn[]): Effect {
  if (units.among !== null) return unestimable('through a front door only the effect among all units is estimated');
  const labels = [units.exposure, ...mediators, ...units.covariates].every(({ levels }) => levels !== null);
  if (!labels) return byCoefficients(units, mediators);
  const strata = new Map<number, number[]>();
  cellsOf(units.covariates, units.rows).forEach((stratum, r) => {
    const rows = strata.get(stratum) ?? [];
    strata.set(stratum, rows);
    rows.push(r);
  });
  let value = 0;
  const influence = new Float64Array(units.rows);
  for (const rows of strata.values()) {
    const part = ({ name, levels, values }: UnitColumn): UnitColumn => ({
      name,
      levels,
      values: Float64Array.from(rows, (r) => values[r]!),
    });
    const found = cellByCell(unitsAt(units, rows), mediators.map(part));
    if (!found.ok) return unestimable(found.reason);
    value += (rows.length / units.rows) * found.value;
    rows.forEach((r, k) => {
      influence[r] = found.value + found.influence[k]!;
    });
  }
  return { ok: true, value, se: standardErrorOf(influence), how: 'the front-door formula, cell by cell', remarks: [] };
}

type Cells =
  | { readonly ok: true; readonly value: number; readonly influence: Float64Array }
  | { readonly ok: false; readonly reason: string };

/** The front-door formula among units alike in their covariates, and what each unit contributes. */
function cellByCell({ rows, outcome, exposure, arms }: Units, mediators: readonly UnitColumn[]): Cells {
  const cellsOfMediators = cellsOf(mediators, rows);
  const cellOf = (r: number): number => cellsOfMediators[r]!;
  const x = (r: number): number => exposure.values[r]!;
  const key = (m: number, value: number): string => `${m}/${value}`;
  const counts = new Map<string, { count: number; sum: number }>();
  const exposures = new Map<number, number>();
  const cells = new Set<number>();
  for (let r = 0; r < rows; r++) {
    const at = key(cellOf(r), x(r));
    const cell = counts.get(at) ?? { count: 0, sum: 0 };
    cell.count += 1;
    cell.sum += outcome.values[r]!;
    counts.set(at, cell);
    exposures.set(x(r), (exposures.get(x(r)) ?? 0) + 1);
    cells.add(cellOf(r));
  }
  const share = (value: number): number => (exposures.get(value) ?? 0) / rows;
  const chance = (m: number, value: number): number =>
    (counts.get(key(m, value))?.count ?? 0) / (exposures.get(value) ?? 1);
  const mean = (m: number, value: number): number => {
    const cell = counts.get(key(m, value));
    return cell === undefined ? Number.NaN : cell.sum / cell.count;
  };
  for (const { value } of arms) {
    if (share(value) === 0) return { ok: false, reason: 'no unit has the exposure that is asked about' };
    for (const m of cells)
      for (const other of exposures.keys())
        if (chance(m, value) > 0 && Number.isNaN(mean(m, other)))
          return { ok: false, reason: 'some mediators are seen with one exposure only (no overlap)' };
  }
  const averaged = (m: number): number => [...exposures.keys()].reduce((sum, v) => sum + share(v) * mean(m, v), 0);
  let value = 0;
  for (const arm of arms)
    for (const m of cells) if (chance(m, arm.value) > 0) value += arm.sign * chance(m, arm.value) * averaged(m);
  const influence = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const m = cellOf(r);
    for (const arm of arms) {
      const level = [...cells].reduce(
        (sum, cell) => (chance(cell, arm.value) > 0 ? sum + chance(cell, arm.value) * averaged(cell) : sum),
        0,
      );
      const ratio = chance(m, arm.value) / chance(m, x(r));
      influence[r]! += arm.sign * ratio * (outcome.values[r]! - mean(m, x(r)));
      if (x(r) === arm.value) influence[r]! += (arm.sign / share(arm.value)) * (averaged(m) - level);
      let own = 0;
      for (const cell of cells) if (chance(cell, arm.value) > 0) own += chance(cell, arm.value) * mean(cell, x(r));
      influence[r]! += arm.sign * (own - level);
    }
  }
  return { ok: true, value, influence };
}

function byCoefficients(
  { rows, outcome, exposure, covariates, arms }: Units,
  mediators: readonly UnitColumn[],
): Effect {
  if (arms.reduce((sum, { sign }) => sum + sign, 0) !== 0)
    return unestimable('with quantities only differences are estimated: ask for E(y[do(x = a)] - y[do(x = b)])');
  if (mediators.some(({ levels }) => levels !== null && levels > 2))
    return unestimable('a mediator has more than two labels');
  const second = designOf([...mediators, exposure, ...covariates], rows);
  const outcomes = leastSquares(second.matrix, outcome.values);
  const first = designOf([exposure, ...covariates], rows);
  const places = first.places.get(exposure.name) ?? [];
  const change = new Float64Array(places.length);
  for (const { sign, value } of arms)
    encode(exposure, value).forEach((code, k) => {
      change[k]! += sign * code;
    });
  if (outcomes === null) return unestimable('some columns can be computed from the others');
  let value = 0;
  let variance = 0;
  const effects: number[] = [];
  for (const mediator of mediators) {
    const fit = leastSquares(first.matrix, mediator.values);
    if (fit === null) return unestimable('some columns can be computed from the others');
    const a = places.reduce((sum, place, k) => sum + change[k]! * fit.coefficients[place]!, 0);
    const b = outcomes.coefficients[second.places.get(mediator.name)![0]!]!;
    value += a * b;
    effects.push(a);
    places.forEach((i, k) => {
      places.forEach((j, l) => {
        variance += b * b * change[k]! * change[l]! * fit.covariance.get(i, j);
      });
    });
  }
  mediators.forEach((m, k) => {
    mediators.forEach((n, l) => {
      const [i, j] = [second.places.get(m.name)![0]!, second.places.get(n.name)![0]!];
      variance += effects[k]! * effects[l]! * outcomes.covariance.get(i, j);
    });
  });
  return { ok: true, value, se: Math.sqrt(variance), how: 'products of coefficients', remarks: [] };
}
