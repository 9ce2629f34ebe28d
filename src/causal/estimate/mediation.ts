import { Matrix } from 'ml-matrix';
import { designOf } from './design.js';
import { type Fit, leastSquares } from './regression.js';
import { type Arm, type Effect, standardErrorOf, type UnitColumn, type Units, unestimable } from './units.js';

/**
 * Means of the outcome under one exposure with the mediators of another, given covariates: the mediation formula, sum over w of P(w) times sum over
 * m of E(y | x, m, w) P(m | x', w) (Pearl, "Direct and indirect effects", UAI 2001). With labels alone cell by cell, with the error of its influence function
 * (Tchetgen Tchetgen and Shpitser, Annals of Statistics 40, 2012); with quantities by linear regressions of the outcome, in which the exposure
 * changes what mediators do, and of each mediator (VanderWeele, "Explanation in Causal Inference", 2015, section 2.3).
 */
export function byMediation(units: Units, mediators: readonly UnitColumn[]): Effect {
  if (units.among !== null) return unestimable('direct and indirect effects are estimated among all units');
  const labels = [units.exposure, ...mediators, ...units.covariates].every(({ levels }) => levels !== null);
  return labels ? cellByCell(units, mediators) : byRegressions(units, mediators);
}

/** The exposure that an arm's mediators follow; null where they are held at values. */
const followed = ({ value, through }: Arm): number | null =>
  through === undefined ? value : through.kind === 'of' ? through.value : null;

const heldAt = ({ through }: Arm): readonly number[] => (through?.kind === 'held' ? through.values : []);

function cellByCell(units: Units, mediators: readonly UnitColumn[]): Effect {
  const { rows, outcome, exposure, covariates, arms } = units;
  const codeOf = (columns: readonly UnitColumn[], r: number): number =>
    columns.reduce((cell, c) => cell * (c.levels ?? 1) + c.values[r]!, 0);
  const [m, w] = [mediators, covariates].map((columns) =>
    Float64Array.from({ length: rows }, (_, r) => codeOf(columns, r)),
  );
  const counts = new Map<string, { count: number; sum: number }>();
  const add = (key: string, y: number): void => {
    const cell = counts.get(key) ?? { count: 0, sum: 0 };
    counts.set(key, cell);
    cell.count += 1;
    cell.sum += y;
  };
  const mediated = new Set<number>();
  for (let r = 0; r < rows; r++) {
    const x = exposure.values[r]!;
    mediated.add(m![r]!);
    add(`${w![r]}`, 0);
    add(`${w![r]}/${x}`, 0);
    add(`${w![r]}/${x}/${m![r]}`, outcome.values[r]!);
  }
  const count = (key: string): number => counts.get(key)?.count ?? 0;
  const mean = (stratum: number, x: number, cell: number): number => {
    const found = counts.get(`${stratum}/${x}/${cell}`);
    return found === undefined ? Number.NaN : found.sum / found.count;
  };
  const chance = (stratum: number, x: number, cell: number): number =>
    count(`${stratum}/${x}/${cell}`) / count(`${stratum}/${x}`);
  const influence = new Float64Array(rows);
  let value = 0;
  for (const arm of arms) {
    const from = followed(arm);
    const held = heldAt(arm).reduce((cell, v, k) => cell * (mediators[k]?.levels ?? 1) + v, 0);
    /** How likely a cell of the mediators is in the arm. */
    const weight = (stratum: number, cell: number): number =>
      from === null ? (cell === held ? 1 : 0) : chance(stratum, from, cell);
    const levels = new Map<number, number>();
    for (const stratum of new Set(w)) {
      for (const x of from === null ? [arm.value] : [arm.value, from])
        if (count(`${stratum}/${x}`) === 0)
          return unestimable('in some stratum no unit has an exposure that is asked about (no overlap)');
      let level = 0;
      for (const cell of from === null ? [held] : mediated) {
        const p = weight(stratum, cell);
        if (p === 0) continue;
        const y = mean(stratum, arm.value, cell);
        if (Number.isNaN(y))
          return unestimable('some mediators are never seen with an exposure that is asked about (no overlap)');
        level += p * y;
      }
      levels.set(stratum, level);
    }
    let theta = 0;
    for (let r = 0; r < rows; r++) theta += levels.get(w![r]!)! / rows;
    value += arm.sign * theta;
    for (let r = 0; r < rows; r++) {
      const [x, cell, stratum] = [exposure.values[r]!, m![r]!, w![r]!];
      const level = levels.get(stratum)!;
      let part = level - theta;
      const size = count(`${stratum}`);
      if (x === arm.value)
        part +=
          (size * weight(stratum, cell) * (outcome.values[r]! - mean(stratum, x, cell))) /
          count(`${stratum}/${x}/${cell}`);
      if (from !== null && x === from)
        part += (size / count(`${stratum}/${x}`)) * (mean(stratum, arm.value, cell) - level);
      influence[r]! += arm.sign * part;
    }
  }
  return { ok: true, value, se: standardErrorOf(influence), how: 'the mediation formula, cell by cell', remarks: [] };
}

function byRegressions(units: Units, mediators: readonly UnitColumn[]): Effect {
  const { rows, outcome, exposure, covariates, arms } = units;
  const plain = [exposure, ...mediators].every(({ levels }) => levels === null || levels <= 2);
  if (!plain) return unestimable('with quantities, exposure and mediators are quantities or have two labels');
  const shared = designOf(covariates, rows).matrix;
  const width = shared.columns;
  const count = mediators.length;
  /** 1 and covariates, exposure, mediators, exposure times each mediator. */
  const rowOf = (r: number, x: number, m: readonly number[]): number[] => [
    ...shared.getRow(r),
    x,
    ...m,
    ...m.map((value) => x * value),
  ];
  const own = (r: number): readonly number[] => mediators.map(({ values }) => values[r]!);
  const outcomes = new Matrix(Array.from({ length: rows }, (_, r) => rowOf(r, exposure.values[r]!, own(r))));
  const firsts = new Matrix(Array.from({ length: rows }, (_, r) => [...shared.getRow(r), exposure.values[r]!]));
  const last = leastSquares(outcomes, outcome.values);
  const fits = mediators.map(({ values }) => leastSquares(firsts, values));
  if (last === null || fits.some((fit) => fit === null))
    return unestimable('some columns can be computed from the others');
  const beta = last.coefficients;
  let value = 0;
  const slopes = new Float64Array(beta.length);
  const mediatorSlopes = mediators.map(() => new Float64Array(width + 1));
  const levels = new Float64Array(rows);
  for (const arm of arms) {
    const from = followed(arm);
    for (let r = 0; r < rows; r++) {
      const m =
        from === null
          ? heldAt(arm)
          : fits.map((fit) => [...shared.getRow(r), from].reduce((sum, z, k) => sum + z * fit!.coefficients[k]!, 0));
      const row = rowOf(r, arm.value, m);
      const level = row.reduce((sum, z, k) => sum + z * beta[k]!, 0);
      levels[r]! += arm.sign * level;
      value += (arm.sign * level) / rows;
      row.forEach((z, k) => {
        slopes[k]! += (arm.sign * z) / rows;
      });
      if (from === null) continue;
      const first = [...shared.getRow(r), from];
      for (let k = 0; k < count; k++) {
        const by = beta[width + 1 + k]! + arm.value * beta[width + 1 + count + k]!;
        first.forEach((z, j) => {
          mediatorSlopes[k]![j]! += (arm.sign * by * z) / rows;
        });
      }
    }
  }
  const influence = Float64Array.from(levels, (level) => level - value);
  addInfluence(influence, outcomes, last, slopes);
  mediators.forEach((_, k) => {
    addInfluence(influence, firsts, fits[k]!, mediatorSlopes[k]!);
  });
  return {
    ok: true,
    value,
    se: standardErrorOf(influence),
    how: 'linear regressions of outcome and mediators, exposure times mediators among them',
    remarks: [],
  };
}

/** What each unit contributes to a weighted sum of a regression's coefficients. */
function addInfluence(to: Float64Array, design: Matrix, { bread, residuals }: Fit, slopes: Float64Array): void {
  const by = bread.mmul(Matrix.columnVector([...slopes]));
  for (let r = 0; r < design.rows; r++) {
    let sum = 0;
    for (let k = 0; k < design.columns; k++) sum += design.get(r, k) * by.get(k, 0);
    to[r]! += design.rows * sum * residuals[r]!;
  }
}
