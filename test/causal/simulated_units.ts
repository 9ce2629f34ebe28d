/** Units drawn from known causal models, with the effect that an estimator should find: one scenario for each estimator. */
import { adjustedEstimators } from '../../src/causal/estimate/adjusted/registry.js';
import { differenceInDifferences } from '../../src/causal/estimate/differences.js';
import { regressionDiscontinuity } from '../../src/causal/estimate/discontinuity.js';
import { byFrontDoor } from '../../src/causal/estimate/frontdoor.js';
import { instrumentEstimators } from '../../src/causal/estimate/instruments.js';
import type { MethodArguments } from '../../src/causal/estimate/methods/method.js';
import { byEstimand } from '../../src/causal/estimate/plug_in.js';
import type { Effect, UnitColumn, Units } from '../../src/causal/estimate/units.js';
import { identify } from '../../src/causal/identify/identify.js';
import { graphNamed } from './cases.js';

export const column = (name: string, values: ArrayLike<number>, levels: number | null = null): UnitColumn => ({
  name,
  values: Float64Array.from(values),
  levels,
});

export const difference = [
  { sign: 1, value: 1 },
  { sign: -1, value: 0 },
];

/** Units with nothing said yet but exposure and outcome. */
export const unitsOf = (outcome: UnitColumn, exposure: UnitColumn, more: Partial<Units> = {}): Units => ({
  rows: outcome.values.length,
  outcome,
  exposure,
  covariates: [],
  others: [],
  arms: difference,
  among: null,
  ...more,
});

/** The arguments of an estimator, as they come from its parentheses. */
const argumentsOf = (options: Readonly<Record<string, string | number>> = {}): MethodArguments => ({
  nodes: [],
  options: new Map(
    Object.entries(options).map(([name, value]) => [
      name,
      { texts: [String(value)], number: typeof value === 'number' ? value : null },
    ]),
  ),
});

export function estimateBy(name: string, units: Units, options: Parameters<typeof argumentsOf>[0] = {}): Effect {
  const known = adjustedEstimators[name];
  if (known === undefined) throw new Error(`no estimator ${name}`);
  return known.estimate(units, argumentsOf(options));
}

/** Draws of one stream of uniform numbers. */
type Noise = { readonly normal: () => number; readonly coin: (p: number) => number };

export const noiseOf = (random: () => number): Noise => ({
  normal: () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  coin: (p) => (random() < p ? 1 : 0),
});

type Scenario = {
  readonly name: string;
  readonly truth: number;
  readonly rows: number;
  readonly estimate: (noise: Noise, rows: number) => Effect;
};

const each = <T>(rows: number, draw: (row: number) => T): T[] => Array.from({ length: rows }, (_, r) => draw(r));
const inverseLogit = (v: number): number => 1 / (1 + Math.exp(-v));

/** A quantity and a label confound exposure and outcome; the effect is 1.5, and 0.5 more where the quantity is 1 more. */
function confounded({ normal, coin }: Noise, rows: number, slope: number, more: Partial<Units> = {}): Units {
  const z = each(rows, normal);
  const w = each(rows, () => coin(0.4));
  const x = z.map((v, r) => coin(inverseLogit(0.6 * v - 0.5 * w[r]!)));
  const y = x.map((v, r) => 1.5 * v + slope * v * z[r]! + 0.8 * z[r]! - w[r]! + normal());
  return unitsOf(column('y', y), column('x', x, 2), { covariates: [column('z', z), column('w', w, 2)], ...more });
}

/** The same with an outcome of two values. */
function confoundedLabel({ normal, coin }: Noise, rows: number): Units {
  const z = each(rows, normal);
  const x = z.map((v) => coin(inverseLogit(0.7 * v)));
  const y = x.map((v, r) => coin(inverseLogit(-0.5 + v + 0.8 * z[r]!)));
  return unitsOf(column('y', y, 2), column('x', x, 2), { covariates: [column('z', z)] });
}

/** A mean over the standard normal by the trapezoidal rule, which is exact to rounding here. */
function overNormal(of: (z: number) => number): number {
  let sum = 0;
  for (let z = -9; z <= 9; z += 0.01) sum += (0.01 * Math.exp((-z * z) / 2) * of(z)) / Math.sqrt(2 * Math.PI);
  return sum;
}
const logisticTruth = overNormal((z) => inverseLogit(0.5 + 0.8 * z) - inverseLogit(-0.5 + 0.8 * z));

/** E(z | x = 1) of `confounded`, for the effect among the exposed. */
const exposedMean = (() => {
  const p = (z: number) => 0.6 * inverseLogit(0.6 * z) + 0.4 * inverseLogit(0.6 * z - 0.5);
  return overNormal((z) => z * p(z)) / overNormal(p);
})();

/** Two instruments, one of them weak, for an exposure that something unseen confounds; the effect is 2. */
function instrumented({ normal }: Noise, rows: number): readonly [Units, readonly UnitColumn[]] {
  const u = each(rows, normal);
  const z = each(rows, normal);
  const v = each(rows, normal);
  const x = u.map((hidden, r) => hidden + z[r]! + 0.3 * v[r]! + normal());
  const y = u.map((hidden, r) => 2 * x[r]! - 3 * hidden + normal());
  return [unitsOf(column('y', y), column('x', x)), [column('z', z), column('v', v)]];
}

/** Units seen three times, with levels of their own; the exposed gain 1.2 from the third period on, and all alike in each. */
function panel({ normal, coin }: Noise, count: number, drift: number): readonly [Units, UnitColumn, UnitColumn] {
  const rows = each(count, (unit) => {
    const x = coin(0.4);
    const own = normal() + 0.5 * x;
    return [0, 1, 2].map((t) => ({
      unit,
      x,
      t,
      y: own + 0.7 * t + drift * t * x + (x === 1 && t === 2 ? 1.2 : 0) + 0.5 * normal(),
    }));
  }).flat();
  const of = (name: string, value: (row: (typeof rows)[number]) => number, levels: number | null = null) =>
    column(name, rows.map(value), levels);
  const [time, unit] = [of('t', (r) => r.t), of('unit', (r) => r.unit)];
  return [
    unitsOf(
      of('y', (r) => r.y),
      of('x', (r) => r.x, 2),
      { others: [time, unit] },
    ),
    time,
    unit,
  ];
}

export { panel };

/** A score decides the exposure at 0.2, and the outcome curves in it; it jumps by 0.8. */
export function aroundCutoff({ normal }: Noise, rows: number, curve: number): readonly [Units, UnitColumn] {
  const s = each(rows, normal);
  const x = s.map((v) => (v >= 0.2 ? 1 : 0));
  const y = s.map((v, r) => 0.8 * x[r]! + v + curve * v * v * v + 0.5 * normal());
  return [unitsOf(column('y', y), column('x', x, 2)), column('s', s)];
}

/**
 * The napkin: w -> z -> x -> y with hidden causes of w and x, and of w and y. The effect of x on y is identified, by neither adjustment nor a
 * front door.
 */
const napkin = identify(graphNamed('w -> z -> x -> y; w <-> x; w <-> y'), {
  outcome: ['y'],
  action: ['x'],
  given: [],
  experiments: [],
});
function napkinUnits({ coin }: Noise, rows: number): Units {
  const u = each(rows, () => coin(0.5));
  const v = each(rows, () => coin(0.4));
  const w = u.map((a, r) => coin(0.2 + 0.3 * a + 0.3 * v[r]!));
  const z = w.map((a) => coin(0.3 + 0.4 * a));
  const x = z.map((a, r) => coin(0.2 + 0.3 * a + 0.3 * u[r]!));
  const y = x.map((a, r) => coin(0.2 + 0.25 * a + 0.4 * v[r]!));
  return unitsOf(column('y', y, 2), column('x', x, 2), { others: [column('w', w, 2), column('z', z, 2)] });
}

const adjusted = (name: string, options: Parameters<typeof argumentsOf>[0] = {}, slope = 0) => ({
  all: (noise: Noise, rows: number) => estimateBy(name, confounded(noise, rows, slope), options),
  exposed: (noise: Noise, rows: number) => estimateBy(name, confounded(noise, rows, slope, { among: 1 }), options),
  others: (noise: Noise, rows: number) => estimateBy(name, confounded(noise, rows, slope, { among: 0 }), options),
});

const scenario = (name: string, truth: number, rows: number, estimate: Scenario['estimate']): Scenario => ({
  name,
  truth,
  rows,
  estimate,
});

/** E(z | x = 0), since the mean of z is 0 and about p of the units are exposed. */
const unexposedMean = (() => {
  const p = (z: number) => 1 - 0.6 * inverseLogit(0.6 * z) - 0.4 * inverseLogit(0.6 * z - 0.5);
  return overNormal((z) => z * p(z)) / overNormal(p);
})();

/** One scenario for each estimator and each population it knows. */
export const scenarios: readonly Scenario[] = [
  scenario('linear', 1.5, 300, adjusted('linear').all),
  scenario('logistic', logisticTruth, 400, (noise, rows) => estimateBy('logistic', confoundedLabel(noise, rows))),
  scenario('ipw, all', 1.5, 400, adjusted('ipw', {}, 0.5).all),
  scenario('ipw, exposed', 1.5 + 0.5 * exposedMean, 400, adjusted('ipw', {}, 0.5).exposed),
  scenario('aipw, all', 1.5, 400, adjusted('aipw', {}, 0.5).all),
  scenario('aipw, exposed', 1.5 + 0.5 * exposedMean, 400, adjusted('aipw', {}, 0.5).exposed),
  scenario('matching on covariates, all', 1.5, 300, adjusted('matching', {}, 0.5).all),
  scenario('matching on covariates, exposed', 1.5 + 0.5 * exposedMean, 300, adjusted('matching', {}, 0.5).exposed),
  scenario('matching on covariates, others', 1.5 + 0.5 * unexposedMean, 300, adjusted('matching', {}, 0.5).others),
  scenario('matching with three', 1.5, 300, adjusted('matching', { neighbours: 3 }, 0.5).all),
  scenario('matching on propensity, all', 1.5, 300, adjusted('matching', { on: 'propensity' }, 0.5).all),
  scenario(
    'matching on propensity, exposed',
    1.5 + 0.5 * exposedMean,
    300,
    adjusted('matching', { on: 'propensity' }, 0.5).exposed,
  ),
  scenario('two stages', 2, 400, (noise, rows) => instrumentEstimators.two_stage!(...instrumented(noise, rows))),
  scenario('limited information', 2, 400, (noise, rows) => instrumentEstimators.liml!(...instrumented(noise, rows))),
  scenario("Wald's ratio", 2, 600, ({ normal, coin }, rows) => {
    const u = each(rows, normal);
    const z = each(rows, () => coin(0.5));
    const x = u.map((v, r) => v + 1.5 * z[r]! + normal());
    const y = u.map((v, r) => 2 * x[r]! - 3 * v + normal());
    return instrumentEstimators.wald!(unitsOf(column('y', y), column('x', x)), [column('z', z, 2)]);
  }),
  scenario('front door in two strata', 0.5 * 0.4, 800, ({ coin }, rows) => {
    const u = each(rows, () => coin(0.5));
    const w = each(rows, () => coin(0.5));
    const x = u.map((v, r) => coin(0.2 + 0.4 * v + 0.2 * w[r]!));
    const m = x.map((v, r) => coin(0.1 + 0.5 * v + 0.2 * w[r]!));
    const y = m.map((v, r) => coin(0.1 + 0.4 * v + 0.3 * u[r]! + 0.1 * w[r]!));
    const units = unitsOf(column('y', y, 2), column('x', x, 2), { covariates: [column('w', w, 2)] });
    return byFrontDoor(units, [column('m', m, 2)]);
  }),
  scenario('differences in differences', 1.2, 150, (noise, rows) => {
    const [units, time, unit] = panel(noise, rows, 0);
    return differenceInDifferences(units, { time, since: 2, unit });
  }),
  scenario('differences of other units in each period', 1.2, 400, ({ normal, coin }, rows) => {
    const x = each(rows, () => coin(0.4));
    const t = each(rows, () => coin(0.5));
    // The treated group is far more spread after the treatment, so that errors of equal variance would be too small.
    const y = x.map((v, r) => 0.5 * v + 0.7 * t[r]! + v * t[r]! * (1.2 + 2 * normal()) + normal());
    const units = unitsOf(column('y', y), column('x', x, 2));
    return differenceInDifferences(units, { time: column('t', t), since: null, unit: null });
  }),
  scenario('discontinuity', 0.8, 600, (noise, rows) => {
    const [units, running] = aroundCutoff(noise, rows, 0);
    return regressionDiscontinuity(units, running, 0.2, 1);
  }),
  scenario('the formula of the napkin', 0.25, 3000, (noise, rows) => {
    if (!napkin.identifiable) throw new Error('the napkin is identified');
    return byEstimand(napkinUnits(noise, rows), napkin.estimand);
  }),
];
