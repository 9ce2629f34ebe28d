import type { Matrix } from 'ml-matrix';
import { chiSquaredTail } from '../independence/tail.js';
import { totalSign } from './arms.js';
import { designOf } from './design.js';
import { jointF, leastSquares, robustCovariance } from './regression.js';
import { type Effect, type Remark, type UnitColumn, type Units, unestimable } from './units.js';

/** When rows were seen, from when on the exposed were treated, and which rows are of one unit. */
type Periods = {
  readonly time: UnitColumn;
  /** The first period of treatment; null: the second of two. */
  readonly since: number | null;
  readonly unit: UnitColumn | null;
};

/** Trends before the treatment are spoken of as not parallel below this p-value. */
const parallel = 0.05;

/**
 * Difference in differences: by how much the exposed changed more than the others since the treatment, which is its effect among the exposed
 * if they would have changed alike without it. A regression on group, periods and their product (Angrist and Pischke, Mostly Harmless
 * Econometrics, 2009, section 5.2), with errors robust to unequal variances, by clusters where a unit has several rows (Bertrand, Duflo and
 * Mullainathan, QJE 119, 2004). Where there are two periods or more before it, whether the groups changed alike then is tested.
 */
export function differenceInDifferences(units: Units, { time: asked, since: from, unit }: Periods): Effect {
  // Of two labels the one that is named is the later, in whatever order they are declared.
  const named = asked.levels === 2 && from !== null;
  const time = named ? { ...asked, values: asked.values.map((t) => (t === from ? 1 : 0)) } : asked;
  const since = named ? 1 : from;
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (totalSign(units) !== 0 || arms.some(({ value }) => value !== 0 && value !== 1))
    return unestimable('differences tell no level: ask for E(y[do(x = 1)] - y[do(x = 0)])');
  if (among === 0) return unestimable('differences tell of the exposed alone');
  if (!exposure.values.every((x) => x === 0 || x === 1))
    return unestimable('the exposure must mark two groups, the treated one and the other');
  const periods = [...new Set(time.values)].sort((a, b) => a - b);
  const start = since ?? (periods.length === 2 ? periods[1]! : null);
  if (start === null)
    return unestimable(`there are ${periods.length} periods: say from which on the exposed were treated, since = …`);
  const before = periods.filter((t) => t < start);
  if (before.length === 0 || before.length === periods.length)
    return unestimable('there must be periods before the treatment and after it');
  for (const group of [0, 1])
    for (const late of [false, true])
      if (!exposure.values.some((x, r) => x === group && time.values[r]! >= start === late))
        return unestimable(
          `no row of the ${group === 1 ? 'exposed' : 'others'} is from ${late ? 'after' : 'before'} the treatment: the exposure marks the group, in all periods`,
        );
  if (unit !== null) {
    const groups = new Map<number, number>();
    for (let r = 0; r < rows; r++) {
      const group = groups.get(unit.values[r]!);
      if (group !== undefined && group !== exposure.values[r])
        return unestimable('a unit changes its group: the exposure marks who is treated, in all periods');
      groups.set(unit.values[r]!, exposure.values[r]!);
    }
  }
  const place = (t: number): number => periods.indexOf(t);
  const dummies: UnitColumn = { name: '@time', values: time.values.map(place), levels: periods.length };
  const product = (name: string, of: (t: number) => boolean): UnitColumn => ({
    name,
    levels: null,
    values: exposure.values.map((x, r) => (x === 1 && of(time.values[r]!) ? 1 : 0)),
  });
  const treated = product('@treated', (t) => t >= start);
  const common = [exposure, dummies, ...covariates];
  const clusters = unit?.values ?? null;
  const robust = (columns: readonly UnitColumn[]) => {
    const design = designOf(columns, rows);
    const fit = leastSquares(design.matrix, outcome.values);
    const covariance: Matrix | null = fit === null ? null : robustCovariance(design.matrix, fit, clusters);
    return fit === null || covariance === null ? null : { ...fit, covariance, places: design.places };
  };
  const main = robust([...common, treated]);
  if (main === null) return unestimable('some columns can be computed from the others, or there are too few rows');
  const at = main.places.get('@treated')![0]!;
  const scale = arms.reduce((sum, { sign, value }) => sum + sign * value, 0);
  const remarks: Remark[] = [];
  let trends = '';
  if (before.length > 1) {
    const leads = before.slice(0, -1).map((t) => product(`@${t}`, (other) => other === t));
    const earlier = robust([...common, treated, ...leads]);
    const places = leads.flatMap(({ name }) => earlier?.places.get(name) ?? []);
    if (earlier !== null) {
      const p = chiSquaredTail(jointF(earlier, places) * places.length, places.length);
      trends = `, trends before it alike with p = ${p.toPrecision(2)}`;
      if (p < parallel)
        remarks.push({
          code: 'W0641',
          message: `exposed and others changed differently before the treatment (p = ${p.toPrecision(2)}), and the estimate rests on their changing alike without it`,
        });
    }
  }
  const errors = unit === null ? '' : `, errors by ${unit.name}`;
  return {
    ok: true,
    value: scale * main.coefficients[at]!,
    se: Math.abs(scale) * Math.sqrt(main.covariance.get(at, at)),
    how: `difference in differences among the exposed${errors}${trends}`,
    remarks,
  };
}
