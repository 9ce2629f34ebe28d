import type { Draws } from '../../ir/engine.js';
import type { Constant } from '../../ir/ir.js';

/** Runs that were kept, in the order of their numbers. */
export type Accepted = {
  /** The numbers of the runs. */
  readonly candidates: Float64Array;
  /** How far each was from what was seen; 0 where nothing is compared. */
  readonly distances: Float64Array;
  readonly logWeights: Float64Array;
  readonly dimensions: Float64Array;
  /** One column for each output of `main` that is kept. */
  readonly columns: readonly (Float64Array | readonly Constant[])[];
};

/** No runs, of so many columns. */
export const noneAccepted = (columns: number): Accepted => ({
  candidates: new Float64Array(0),
  distances: new Float64Array(0),
  logWeights: new Float64Array(0),
  dimensions: new Float64Array(0),
  columns: Array.from({ length: columns }, () => new Float64Array(0)),
});

/** Some of the runs, in the order of `indices`. */
export function pickAccepted(from: Accepted, indices: ArrayLike<number>): Accepted {
  const numbers = (all: Float64Array): Float64Array => {
    const picked = new Float64Array(indices.length);
    for (let k = 0; k < picked.length; k++) picked[k] = all[indices[k]!]!;
    return picked;
  };
  return {
    candidates: numbers(from.candidates),
    distances: numbers(from.distances),
    logWeights: numbers(from.logWeights),
    dimensions: numbers(from.dimensions),
    columns: from.columns.map((column) =>
      column instanceof Float64Array ? numbers(column) : Array.from(indices, (i) => column[i] ?? Number.NaN),
    ),
  };
}

/** Runs behind each other; the numbers of later parts must be greater. */
export function joinAccepted(parts: readonly Accepted[]): Accepted {
  const filled = parts.filter((part) => part.candidates.length > 0);
  const [first, ...others] = filled;
  if (first === undefined) return parts[0] ?? noneAccepted(0);
  if (others.length === 0) return first;
  return {
    candidates: joined(filled.map((p) => p.candidates)),
    distances: joined(filled.map((p) => p.distances)),
    logWeights: joined(filled.map((p) => p.logWeights)),
    dimensions: joined(filled.map((p) => p.dimensions)),
    columns: first.columns.map((column, k) => {
      const columns = filled.map((part) => part.columns[k] ?? []);
      if (column instanceof Float64Array)
        return joined(columns.map((c) => (c instanceof Float64Array ? c : Float64Array.from(c, Number))));
      return columns.flatMap((c): readonly Constant[] => Array.from(c));
    }),
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The closest of the runs, so many at most, still in the order of their numbers. Of equal distances the smaller number counts, so that
 * the choice from a whole is that from the choices of its parts.
 */
export function closest(from: Accepted, count: number): Accepted {
  const indices = closestIndices(from, count);
  return indices === null ? from : pickAccepted(from, indices);
}

/** Where the closest of the runs stand, which are in the order of their numbers; null: it is all of them. */
export function closestIndices(
  { candidates, distances }: Pick<Accepted, 'candidates' | 'distances'>,
  count: number,
): Int32Array | null {
  if (candidates.length <= count) return null;
  const indices = new Int32Array(count);
  if (count === 0) return indices;
  const last = distances.toSorted()[count - 1]!;
  // As many at the last distance as are left by those that are nearer.
  let atLast = count;
  for (const distance of distances) if (distance < last) atLast -= 1;
  for (let i = 0, k = 0; i < distances.length; i++) {
    if (distances[i] === last ? atLast-- > 0 : distances[i]! < last) indices[k++] = i;
  }
  return indices;
}

/** A place where runs are gathered one by one. */
type Gathering = {
  readonly count: () => number;
  readonly add: (draws: Draws, i: number, candidate: number, distance: number) => void;
  readonly finish: () => Accepted;
};

/** Gathers runs with the given columns of what `main` yields. */
export function newGathering(kept: readonly number[]): Gathering {
  const candidates: number[] = [];
  const distances: number[] = [];
  const logWeights: number[] = [];
  const dimensions: number[] = [];
  const columns = kept.map((): Constant[] => []);
  let scalar: readonly boolean[] = kept.map(() => true);
  return {
    count: () => candidates.length,
    add: (draws, i, candidate, distance) => {
      candidates.push(candidate);
      distances.push(distance);
      logWeights.push(draws.logWeight[i]!);
      dimensions.push(draws.dimension[i]!);
      for (const [k, position] of kept.entries()) columns[k]?.push(draws.columns[position]?.[i] ?? Number.NaN);
      if (candidates.length === 1) scalar = kept.map((position) => draws.columns[position] instanceof Float64Array);
    },
    finish: () => ({
      candidates: Float64Array.from(candidates),
      distances: Float64Array.from(distances),
      logWeights: Float64Array.from(logWeights),
      dimensions: Float64Array.from(dimensions),
      columns: columns.map((column, k) => (scalar[k] === true ? Float64Array.from(column, Number) : column)),
    }),
  };
}

/** Runs of a higher dimension than the lowest lose their weight: against an atom a density is nothing. */
export function withoutHigherDimensions({ logWeights, dimensions }: Accepted): Float64Array {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < dimensions.length; i++)
    if (logWeights[i] !== Number.NEGATIVE_INFINITY && dimensions[i]! < lowest) lowest = dimensions[i]!;
  return logWeights.map((log, i) => (dimensions[i]! > lowest ? Number.NEGATIVE_INFINITY : log));
}
