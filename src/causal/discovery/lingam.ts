import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { UnitColumn } from '../estimate/units.js';
import { type Discovered, type DiscoveryAlgorithm, undiscovered } from './discovery.js';
import { type KnownArrows, knownArrows, type PriorKnowledge } from './knowledge.js';
import { adaptiveLasso } from './lasso.js';
import { directedEdge, type MarkedEdge, markedGraph } from './marked_graph.js';
import { covarianceOf } from './scores/gaussian.js';

/** The 99 % point of χ² with 2 degrees of freedom: noise whose skewness and kurtosis stay below it may be normal. */
const normalPoint = 9.21;

/**
 * DirectLiNGAM: linear mechanisms with independent noise of which at most one is normal have one graph only. The column that looks most like a cause of all
 * others comes first and is regressed out of them, then the next (Shimizu et al., JMLR 12, 2011, algorithm 1, with the pairwise likelihood
 * ratios of Hyvärinen and Smith, JMLR 14, 2013, equation 16); then each column is regressed on those before it, and arrows are kept where the adaptive lasso keeps a
 * coefficient.
 */
export const lingam: DiscoveryAlgorithm = {
  name: 'lingam',
  summary:
    'DirectLiNGAM: all directions, by noise that is not normal; linear, where all common causes are among the columns',
  run: (columns, { prior }): Discovered => {
    const known = knownArrows(columns.length, prior);
    if (!known.ok) return undiscovered(known.reason);
    const labelled = columns.find(({ levels }) => levels !== null);
    if (labelled !== undefined)
      return undiscovered(`DirectLiNGAM is for quantities, and \`${labelled.name}\` holds labels`);
    const covariance = covarianceOf(columns);
    const fixed = columns.findIndex((_, v) => !(covariance[v * columns.length + v]! > 0));
    if (fixed >= 0) return undiscovered(`\`${columns[fixed]!.name}\` has one value in all rows`);
    const all = [...columns.keys()];
    const found =
      regression(covariance, columns.length, 0, all) === null
        ? null
        : causesOf(columns, covariance, causalOrder(columns, prior, known.value), known.value);
    if (found === null) return undiscovered('a column can be computed from others');
    const normal = found.noise.filter(looksNormal).length;
    const remarks =
      normal > 1
        ? [`the noise of ${normal} columns may be normal, and then nothing tells which of them is the cause`]
        : [];
    return {
      ok: true,
      graph: markedGraph(
        columns.map(({ name }) => name),
        found.edges,
      ),
      how: 'DirectLiNGAM with pairwise likelihood ratios and the adaptive lasso',
      remarks,
      figures: { normal },
    };
  },
};

/** Causes before effects, by their places. */
function causalOrder(columns: readonly UnitColumn[], prior: PriorKnowledge, known: KnownArrows): readonly number[] {
  const count = columns.length;
  const values = columns.map((column) => standardised(column.values));
  const tier = new Map(prior.tiers.flatMap((list, k) => list.map((v) => [v, k] as const)));
  const left = new Set(values.keys());
  const order: number[] = [];
  while (left.size > 0) {
    const may = [...left].filter((v) => {
      const own = tier.get(v);
      return [...left].every((w) => {
        const other = tier.get(w);
        return known.required[w * count + v] === 0 && (own === undefined || other === undefined || other >= own);
      });
    });
    const first = mostExogenous(values, [...left], may);
    order.push(first);
    left.delete(first);
    for (const v of left) values[v] = standardised(residual(values[v]!, values[first]!));
  }
  return order;
}

/** Of some columns the one against which the likelihood ratios with the others speak least. */
function mostExogenous(values: readonly Float64Array[], left: readonly number[], may: readonly number[]): number {
  const entropies = left.map((v) => entropy(values[v]!));
  const against = new Map(left.map((v) => [v, 0]));
  for (const [i, v] of left.entries())
    for (const [k, w] of left.slice(0, i).entries()) {
      const [x, y] = [values[v]!, values[w]!];
      // Entropies in the two directions; a positive difference speaks for v as the cause.
      const forth = entropies[i]! + entropy(standardised(residual(y, x)));
      const back = entropies[k]! + entropy(standardised(residual(x, y)));
      const loser = back > forth ? w : v;
      against.set(loser, against.get(loser)! + (back - forth) ** 2);
    }
  return may.reduce((best, v) => (against.get(v)! < against.get(best)! ? v : best));
}

/** Mean 0 and variance 1. */
function standardised(values: Float64Array): Float64Array {
  let mean = 0;
  for (const v of values) mean += v / values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) * (v - mean);
  const sd = Math.sqrt(squares / values.length);
  return values.map((v) => (sd > 0 ? (v - mean) / sd : 0));
}

/** What is left of y when x is regressed out; both have mean 0 and x variance 1. */
function residual(y: Float64Array, x: Float64Array): Float64Array {
  let slope = 0;
  for (let k = 0; k < x.length; k++) slope += x[k]! * y[k]!;
  slope /= x.length;
  return y.map((v, k) => v - slope * x[k]!);
}

/** The entropy of a standardised column, by two of its moments (Hyvärinen, "New approximations of differential entropy", NIPS 1998). */
function entropy(values: Float64Array): number {
  let cosh = 0;
  let bump = 0;
  for (const u of values) {
    const size = Math.abs(u);
    cosh += size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
    bump += u * Math.exp((-u * u) / 2);
  }
  const n = values.length;
  return (1 + Math.log(2 * Math.PI)) / 2 - 79.047 * (cosh / n - 0.37457) ** 2 - 7.4129 * (bump / n) ** 2;
}

/** Arrows from columns to later ones of the order, and what they leave unexplained; null where a column leaves nothing. */
function causesOf(
  columns: readonly UnitColumn[],
  covariance: Float64Array,
  order: readonly number[],
  { count, forbidden, required }: KnownArrows,
): { readonly edges: readonly MarkedEdge[]; readonly noise: readonly Float64Array[] } | null {
  const rows = columns[0]!.values.length;
  const at = (a: number, b: number): number => covariance[a * count + b]!;
  const edges: MarkedEdge[] = [];
  const noise: Float64Array[] = [];
  for (const [k, v] of order.entries()) {
    const may = order.slice(0, k).filter((w) => forbidden[w * count + v] === 0);
    const must = may.filter((w) => required[w * count + v] === 1);
    const free = may.filter((w) => required[w * count + v] === 0);
    const full = regression(covariance, count, v, may);
    // What is required explains first; the lasso is about the rest.
    const byMust = free.map((w) => regression(covariance, count, w, must));
    const own = regression(covariance, count, v, must);
    if (full === null || own === null) return null;
    const gram = new Float64Array(free.length ** 2);
    const cross = new Float64Array(free.length);
    for (const [i, a] of free.entries()) {
      const slopes = byMust[i];
      if (slopes === null || slopes === undefined) return null;
      const less = (b: number): number => must.reduce((sum, m, j) => sum - slopes[j]! * at(m, b), at(a, b));
      for (const [j, b] of free.entries()) gram[i * free.length + j] = less(b);
      cross[i] = less(v);
    }
    const variance = must.reduce((sum, m, j) => sum - own[j]! * at(m, v), at(v, v));
    const weights = Float64Array.from(free, (w) => full[may.indexOf(w)]!);
    const chosen = adaptiveLasso({ size: free.length, gram, cross, variance, rows }, weights);
    const causes = [...must, ...chosen.map((i) => free[i]!)];
    for (const w of causes) edges.push(directedEdge(w, v));
    const slopes = regression(covariance, count, v, causes);
    if (slopes === null) return null;
    const left = columns[v]!.values.slice();
    for (const [j, w] of causes.entries())
      for (let r = 0; r < rows; r++) left[r]! -= slopes[j]! * columns[w]!.values[r]!;
    noise.push(standardised(left));
  }
  return { edges, noise };
}

/** Coefficients of the regression of a column on others; null where these can be computed from each other. */
function regression(covariance: Float64Array, count: number, v: number, on: readonly number[]): Float64Array | null {
  if (on.length === 0) return new Float64Array(0);
  const sd = (w: number): number => Math.sqrt(covariance[w * count + w]!);
  const matrix = new Matrix(on.map((a) => on.map((b) => covariance[a * count + b]! / (sd(a) * sd(b)))));
  const factor = new CholeskyDecomposition(matrix);
  if (!factor.isPositiveDefinite() || factor.lowerTriangularMatrix.diagonal().some((d) => d * d < 1e-10)) return null;
  const right = Matrix.columnVector(on.map((a) => covariance[a * count + v]! / sd(a)));
  const solved = factor.solve(right);
  return Float64Array.from(on, (a, k) => solved.get(k, 0) / sd(a));
}

/** Whether skewness and kurtosis of a standardised column are those of normal noise (Jarque and Bera, International Statistical Review 55, 1987). */
function looksNormal(values: Float64Array): boolean {
  const n = values.length;
  let third = 0;
  let fourth = 0;
  for (const u of values) {
    third += u ** 3 / n;
    fourth += u ** 4 / n;
  }
  return (n / 6) * (third ** 2 + (fourth - 3) ** 2 / 4) < normalPoint;
}
