/** Mass functions averaged over a continuous parameter that is conjugate to them: beta-binomial, negative binomial, and what is like them. */
import type { Family } from '../../ir/ir.js';
import { type RuntimeValue, toConstant } from '../../ir/values.js';
import { logGamma } from '../matrix/linear.js';
import { leastSquares } from '../matrix/points.js';
import type { Problem } from '../solver.js';

/** Functions of x that span the logs of densities, and the log of the integral of exp(a f + b g). */
type Form = {
  readonly features: (x: number) => readonly [number, number];
  readonly logTotal: (a: number, b: number) => number;
};

const gamma = (shape: number, rate: number): number => logGamma(shape) - shape * Math.log(rate);

const forms: readonly Form[] = [
  { features: (x) => [Math.log(x), x], logTotal: (a, b) => gamma(a + 1, -b) },
  {
    features: (x) => [Math.log(x), Math.log1p(-x)],
    logTotal: (a, b) => logGamma(a + 1) + logGamma(b + 1) - logGamma(a + b + 2),
  },
  { features: (x) => [Math.log(x), 1 / x], logTotal: (a, b) => gamma(-a - 1, -b) },
];

/** Probabilities whose quantiles are the points at which densities are asked. */
const probabilities = [0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.98] as const;
const tolerance = 1e-9;

type Line = { readonly a: number; readonly b: number; readonly c: number };

/** a f + b g + c through values; coefficients that are short numbers but for rounding are those. Null where the values are no such sum. */
function lineThrough(xs: readonly number[], values: readonly number[], { features }: Form): Line | null {
  if (!values.every(Number.isFinite)) return null;
  const rows = xs.map((x) => [1, ...features(x)]);
  if (!rows.flat().every(Number.isFinite)) return null;
  const found = leastSquares(rows, values);
  if (found === null || found.residual > tolerance * Math.max(1, ...values.map(Math.abs))) return null;
  const [, a = 0, b = 0] = found.coefficients.map((x) => {
    const short = Number(x.toFixed(6));
    return Math.abs(x - short) < 1e-8 * Math.max(1, Math.abs(x)) ? short : x;
  });
  const rest = values.map((value, i) => value - a * rows[i]![1]! - b * rows[i]![2]!);
  return { a, b, c: rest.reduce((sum, x) => sum + x, 0) / rest.length };
}

/**
 * The mass function of a family averaged over one of its parameters, a draw from a continuous family of positive numbers: both are asked at points
 * and told apart by the functions that span the logs of their densities. Null where they are not of one form.
 */
export function averagedMass(
  problem: Problem,
  family: Family,
  params: readonly RuntimeValue[],
  position: number,
  prior: { readonly family: Family; readonly params: readonly RuntimeValue[] },
): ((k: number) => number) | null {
  const logpdf = problem.entry(prior.family.name, 'logpdf');
  const quantile = problem.entry(prior.family.name, 'quantile');
  const logMass = problem.entry(family.name, 'logpdf');
  if (logpdf === null || quantile === null || logMass === null || prior.family.value.kind !== 'real') return null;
  const own = prior.params.map(toConstant);
  const xs = probabilities.map((p) => Number(quantile(...own, p)));
  if (!xs.every((x) => x > 0 && Number.isFinite(x))) return null;
  const densities = xs.map((x) => Number(logpdf(...own, x)));
  for (const form of forms) {
    const line = lineThrough(xs, densities, form);
    if (line === null || !(Math.abs(line.c + form.logTotal(line.a, line.b)) < tolerance)) continue;
    const given = params.map((p, k) => (k === position ? null : toConstant(p)));
    return (k) => {
      const values = xs.map((x) => Number(logMass(...given.map((p) => p ?? x), k)));
      if (values.every((v) => v === Number.NEGATIVE_INFINITY)) return 0;
      const more = lineThrough(xs, values, form);
      return more === null ? Number.NaN : Math.exp(line.c + more.c + form.logTotal(line.a + more.a, line.b + more.b));
    };
  }
  return null;
}
