import { Matrix } from 'ml-matrix';
import { numberText } from './number_text.js';
import { leastSquares, weightedLeastSquares } from './regression.js';
import { type Effect, type UnitColumn, type Units, unestimable } from './units.js';

/** One side of the cutoff: distances of its units from it, and their outcomes. */
type Side = { readonly distance: Float64Array; readonly outcome: Float64Array };

/**
 * Sharp regression discontinuity: what the outcome jumps by where a running variable passes the value that decides the exposure, which is the
 * effect among units there if nothing else jumps (Hahn, Todd and van der Klaauw, Econometrica 69, 2001). A line on each side, units weighed by a
 * triangle that ends a bandwidth away; errors robust to unequal variances (HC2: MacKinnon and White, Journal of Econometrics 29, 1985). The
 * bandwidth is that of Imbens and Kalyanaraman where none is given; the error does not count the bias that a curve between lines leaves.
 */
export function regressionDiscontinuity(
  { rows, outcome, exposure, arms, among }: Units,
  running: UnitColumn,
  cutoff: number,
  bandwidth: number | null,
): Effect {
  if (among !== null) return unestimable('what is told are units at the cutoff, exposed and others alike');
  if (!exposure.values.every((x) => x === 0 || x === 1)) return unestimable('the exposure must have two values');
  const distance = running.values.map((v) => v - cutoff);
  // Units at the cutoff itself may belong to either side, but all to the same.
  const decides = (rule: (d: number) => boolean): boolean =>
    exposure.values.every((x, r) => (x === 1) === rule(distance[r]!));
  const rules: readonly ((d: number) => boolean)[] = [(d) => d >= 0, (d) => d > 0, (d) => d < 0, (d) => d <= 0];
  const rule = rules.find(decides);
  if (rule === undefined) {
    const off = Math.min(...rules.map((r) => exposure.values.filter((x, k) => (x === 1) !== r(distance[k]!)).length));
    return unestimable(
      `${off} of ${rows} units have another exposure than their side of ${running.name} = ${cutoff} decides; where it only makes one likelier, being on that side is an instrument`,
    );
  }
  const side = (exposed: number): Side => {
    const those = [...exposure.values.keys()].filter((r) => exposure.values[r] === exposed);
    return {
      distance: Float64Array.from(those, (r) => distance[r]!),
      outcome: Float64Array.from(those, (r) => outcome.values[r]!),
    };
  };
  const sides = [side(0), side(1)];
  const width = bandwidth ?? imbensKalyanaraman(sides);
  if (width === null) return unestimable('there are too few units on a side of the cutoff to choose a bandwidth');
  let value = 0;
  let variance = 0;
  for (const arm of arms) {
    const found = levelAtCutoff(sides[arm.value], width);
    if (found === null) return unestimable(`there are too few units within ${numberText(width)} of the cutoff`);
    value += arm.sign * found.value;
    variance += found.variance;
  }
  const near = sides.map((s) => s.distance.filter((d) => Math.abs(d) < width).length);
  return {
    ok: true,
    value,
    se: Math.sqrt(variance),
    how: `the jump at ${running.name} = ${cutoff} between local lines, bandwidth ${numberText(width)} with ${near[1]} exposed and ${near[0]} others`,
    remarks: [],
  };
}

/** The end of a line at the cutoff, and its variance; null with fewer than three units in the bandwidth. */
function levelAtCutoff(
  side: Side | undefined,
  width: number,
): { readonly value: number; readonly variance: number } | null {
  if (side === undefined) return null;
  const weights = side.distance.map((d) => Math.max(0, 1 - Math.abs(d) / width));
  const design = powers(side.distance, 1);
  const fit = weightedLeastSquares(design, side.outcome, weights);
  if (fit === null) return null;
  // The level is a sum of outcomes; the residual of a unit is scaled up by what its own outcome has drawn the line to it.
  let variance = 0;
  for (let r = 0; r < weights.length; r++) {
    if (weights[r] === 0) continue;
    const row = design.getRow(r);
    const drawn = [0, 1].map((i) => fit.bread.get(i, 0) * row[0]! + fit.bread.get(i, 1) * row[1]!);
    const leverage = weights[r]! * (row[0]! * drawn[0]! + row[1]! * drawn[1]!);
    if (leverage > 1 - 1e-9) return null;
    variance += (weights[r]! * drawn[0]! * fit.residuals[r]!) ** 2 / (1 - leverage);
  }
  return { value: fit.coefficients[0]!, variance };
}

/** A row 1, d, d², … for each distance. */
function powers(distance: Float64Array, degree: number): Matrix {
  const matrix = new Matrix(distance.length, degree + 1);
  for (let r = 0; r < distance.length; r++) for (let k = 0; k <= degree; k++) matrix.set(r, k, distance[r]! ** k);
  return matrix;
}

/**
 * The bandwidth with the least mean squared error of the jump, for the triangular kernel (Imbens and Kalyanaraman, Review of Economic Studies
 * 79, 2012, section 4.2, steps 1 to 3): density and variances at the cutoff by a pilot bandwidth, curvatures by local parabolas whose width
 * comes from a cubic of all units, and a penalty where curvatures are uncertain. Null with too few units on a side.
 */
export function imbensKalyanaraman(sides: readonly Side[]): number | null {
  const all = sides.flatMap(({ distance }) => [...distance]);
  const n = all.length;
  const mean = all.reduce((sum, d) => sum + d, 0) / n;
  const sd = Math.sqrt(all.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1));
  const pilot = 1.84 * sd * n ** (-1 / 5);
  const close = sides.map(({ distance, outcome }) => outcome.filter((_, r) => Math.abs(distance[r]!) <= pilot));
  if (close.some((those) => those.length < 2)) return null;
  const density = (close[0]!.length + close[1]!.length) / (2 * n * pilot);
  const variances = close.map((those) => {
    const level = those.reduce((sum, y) => sum + y, 0) / those.length;
    return those.reduce((sum, y) => sum + (y - level) ** 2, 0) / (those.length - 1);
  });
  // Distances in pilot bandwidths keep the cubic's columns alike in size.
  const cubic = new Matrix(n, 5);
  const outcomes = new Float64Array(n);
  let at = 0;
  sides.forEach(({ distance, outcome }, exposed) => {
    for (let r = 0; r < distance.length; r++, at++) {
      const d = distance[r]! / pilot;
      cubic.setRow(at, [1, exposed, d, d ** 2, d ** 3]);
      outcomes[at] = outcome[r]!;
    }
  });
  const whole = leastSquares(cubic, outcomes);
  if (whole === null) return null;
  const third = (6 * whole.coefficients[4]!) / pilot ** 3;
  const curved = sides.map(({ distance, outcome }, k) => {
    const furthest = distance.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
    const wanted = 3.56 * (variances[k]! / (density * third ** 2)) ** (1 / 7) * distance.length ** (-1 / 7);
    const width = Number.isFinite(wanted) ? Math.min(wanted, furthest) : furthest;
    const inside = Float64Array.from(distance, (d) => (Math.abs(d) <= width ? 1 : 0));
    const count = inside.reduce((sum, i) => sum + i, 0);
    const fit = weightedLeastSquares(
      powers(
        distance.map((d) => d / width),
        2,
      ),
      outcome,
      inside,
    );
    if (fit === null) return null;
    const second = (2 * fit.coefficients[2]!) / width ** 2;
    return { second, penalty: (2160 * variances[k]!) / (count * width ** 4) };
  });
  const [low, high] = curved;
  if (low === null || high === null || low === undefined || high === undefined) return null;
  const bend = (high.second - low.second) ** 2 + low.penalty + high.penalty;
  const width = 3.4375 * ((variances[0]! + variances[1]!) / (density * bend)) ** (1 / 5) * n ** (-1 / 5);
  return Number.isFinite(width) && width > 0 ? width : null;
}
