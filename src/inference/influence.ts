import type { IrType } from '../ir/ir.js';
import type { Dependence } from './backend.js';
import {
  effectiveReplicas,
  errorOfChains,
  errorOfReplicas,
  errorsUnder,
  reachOfReplicas,
  replicaSums,
  sharesOf,
} from './dependence.js';
import type { NumericForm } from './estimate.js';
import { type Errors, normalReach } from './statistics/interval.js';
import {
  norm,
  weightedCorrelation,
  weightedCovariance,
  weightedMean,
  weightedStandardDeviation,
} from './statistics/moments.js';
import { weightedQuantile } from './statistics/quantile.js';
import { sortDraws } from './statistics/sorted_draws.js';
import type { Weights } from './statistics/weights.js';

/**
 * What draws contribute to the error of an estimate, which is their sum. Contributions to two estimates from the same draws are
 * correlated, and a function of estimates has the contributions that its derivatives make of theirs (van der Vaart, Asymptotic
 * Statistics, 1998, chapter 20). At most one part of each kind; parts of different kinds are independent of each other.
 */
export type Influence = readonly InfluencePart[];

/**
 * Of each draw; of each replica, all its draws together, and how many replicas count; of each draw of chains that begin at `starts`.
 */
type InfluencePart =
  | { readonly kind: 'independent'; readonly column: Float64Array }
  | { readonly kind: 'replicas'; readonly sums: Float64Array; readonly effective: number }
  | { readonly kind: 'chains'; readonly column: Float64Array; readonly starts: Int32Array };

/** The contributions to the estimate of a form. */
export function influenceOf(
  form: NumericForm,
  columns: readonly Float64Array[],
  weights: Weights,
  types: readonly IrType[],
  dependence: Dependence,
): Influence {
  const column = new Float64Array(weights.relative.length);
  fillInfluence(form, columns, weights, types, column, errorsUnder(dependence, weights));
  // What one draw contributes is 0, whatever its error is.
  if (form !== 'evidence' && weights.positive < 2) column.fill(Number.NaN);
  switch (dependence.kind) {
    case 'independent':
      return [{ kind: 'independent', column }];
    case 'replicas': {
      const shares = sharesOf(dependence.starts, weights);
      const sums = replicaSums(column, dependence.starts, shares);
      return [{ kind: 'replicas', sums, effective: effectiveReplicas(shares) }];
    }
    case 'chains':
      return [{ kind: 'chains', column, starts: dependence.starts }];
  }
}

/** Fills a column with the contribution of each draw to a form's estimate. Those to a quantile hang on its error. */
export function fillInfluence(
  form: NumericForm,
  columns: readonly Float64Array[],
  weights: Weights,
  types: readonly IrType[],
  influence: Float64Array,
  errors: Errors,
): void {
  const [a = new Float64Array(weights.relative.length), b = a] = columns;
  switch (form) {
    case 'P':
    case 'E':
      weightedMean(a, weights, influence);
      break;
    case 'Var':
      weightedCovariance(a, a, weights, influence);
      break;
    case 'Sd':
      weightedStandardDeviation(a, weights, influence);
      break;
    case 'Median':
    case 'Q': {
      const p = form === 'Q' ? levelIn(b, weights) : 0.5;
      const kind = types[0]?.kind === 'real' ? 'continuous' : 'discrete';
      weightedQuantile(a, weights, sortDraws(a, weights), p, kind, influence, errors);
      break;
    }
    case 'Cov':
      weightedCovariance(a, b, weights, influence);
      break;
    case 'Corr':
      weightedCorrelation(a, b, weights, influence);
      break;
    case 'evidence': {
      const { relative, total } = weights;
      for (let i = 0; i < relative.length; i++) influence[i] = relative[i]! / total - 1 / relative.length;
      break;
    }
  }
}

/** The level of a quantile, which every run gives alike; runs without weight need not give it. */
export function levelIn(column: Float64Array, weights: Weights): number {
  const run = weights.relative.findIndex((w) => w > 0);
  return column[run] ?? Number.NaN;
}

/** A term of a sum: what contributes to its error (null where it is exact), its standard error, and what it is multiplied by. */
type Term = { readonly influence: Influence | null; readonly se: number; readonly slope: number };

/** A sum of estimates: contributions and standard error, and how far a 95 % interval reaches in standard errors. */
type Combined = { readonly influence: Influence | null; readonly se: number; readonly reach: number };

/**
 * The contributions to a sum of estimates, and its standard error. Estimates may have different numbers of draws: those with the same
 * number came from the same noise. Null and 0 where all are exact; what is left where errors cancel is rounding, no error.
 */
export function combined(terms: readonly Term[]): Combined {
  let sum: Influence | null = null;
  let uncancelled = 0;
  for (const { influence, se, slope } of terms) {
    if (influence === null || slope === 0) continue;
    for (const part of influence) sum = added(sum ?? [], part, slope);
    uncancelled += Math.abs(slope * se);
  }
  const errors = sum?.map(errorOf) ?? [];
  const se = Math.sqrt(errors.reduce((squares, error) => squares + error * error, 0));
  const reach = sum?.reduce((most, part) => Math.max(most, reachOf(part)), normalReach) ?? normalReach;
  return { influence: sum, se: se < rounding * uncancelled ? 0 : se, reach };
}

/** A share of the errors of the terms below which an error counts as none. */
const rounding = 1e-9;

function errorOf(part: InfluencePart): number {
  switch (part.kind) {
    case 'independent':
      return norm(part.column);
    case 'replicas':
      return errorOfReplicas(part.sums);
    case 'chains':
      return errorOfChains(part.column, part.starts);
  }
}

const reachOf = (part: InfluencePart): number =>
  part.kind === 'replicas' ? reachOfReplicas(part.effective) : normalReach;

/** The contributions with a multiple of some more; where one has less draws than the other, the first ones are the same. */
function added(sum: Influence, part: InfluencePart, slope: number): Influence {
  const before = sum.find((p) => p.kind === part.kind);
  const others = sum.filter((p) => p !== before);
  switch (part.kind) {
    case 'independent':
      return [
        ...others,
        { ...part, column: plus(before?.kind === part.kind ? before.column : null, part.column, slope) },
      ];
    case 'replicas': {
      const so = before?.kind === part.kind ? before : null;
      const effective = Math.min(so?.effective ?? Number.POSITIVE_INFINITY, part.effective);
      return [...others, { ...part, sums: plus(so?.sums ?? null, part.sums, slope), effective }];
    }
    case 'chains': {
      const so = before?.kind === part.kind ? before : { column: new Float64Array(0), starts: new Int32Array(0) };
      return [...others, plusChains(so, part, slope)];
    }
  }
}

function plus(sum: Float64Array | null, more: Float64Array, slope: number): Float64Array {
  const long = new Float64Array(Math.max(sum?.length ?? 0, more.length));
  if (sum !== null) long.set(sum);
  for (let i = 0; i < more.length; i++) long[i] = long[i]! + slope * more[i]!;
  return long;
}

type ChainsPart = Extract<InfluencePart, { readonly kind: 'chains' }>;

/** Chain by chain, as chains may have different lengths. */
function plusChains(sum: Omit<ChainsPart, 'kind'>, more: Omit<ChainsPart, 'kind'>, slope: number): ChainsPart {
  const chain = ({ column, starts }: Omit<ChainsPart, 'kind'>, c: number): Float64Array =>
    c < starts.length ? column.subarray(starts[c]!, starts[c + 1] ?? column.length) : new Float64Array(0);
  const chains = Array.from({ length: Math.max(sum.starts.length, more.starts.length) }, (_, c) =>
    plus(chain(sum, c), chain(more, c), slope),
  );
  const starts = new Int32Array(chains.length);
  for (let c = 1; c < chains.length; c++) starts[c] = starts[c - 1]! + chains[c - 1]!.length;
  const column = new Float64Array(chains.reduce((length, part) => length + part.length, 0));
  for (const [c, part] of chains.entries()) column.set(part, starts[c]!);
  return { kind: 'chains', column, starts };
}
