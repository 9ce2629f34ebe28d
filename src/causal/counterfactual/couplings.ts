/** Extreme values of a ratio of expectations over all joint distributions of some variables with given margins. */

import { numberOf } from '../bounds/rational.js';
import { maximum, minimum, type Vertex, vertexOf } from '../bounds/simplex.js';

/** A draw and its laws under several parameters: the least value, then the probabilities from there on. */
export type Coupling = { readonly draw: string; readonly rows: ReadonlyMap<string, readonly number[]> };

/** A term of the numerator and of the denominator, and the event that both are multiplied by: the value of draws under parameters. */
export type CoupledTerm = {
  readonly above: number;
  readonly below: number;
  readonly coupled: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** A function of parameters to values: one joint value of a coupled draw. */
type Response = ReadonlyMap<string, number>;

/** Functions of one draw, and terms that may come up on the way to all corners, at most. */
const mostResponses = 256;
const mostTerms = 400_000;

/**
 * The least and the greatest ratio of the sums of `above` and of `below`, each term times the probability of its event. A ratio of functions that
 * are linear in the distribution of each draw is extreme where all but one of these stand at vertices, and for the last one it is a linear program
 * (Charnes and Cooper, Naval Research Logistics Quarterly 9, 1962). Null where there are too many; draws beside the last must have two rows of two values.
 */
export function extremes(
  terms: readonly CoupledTerm[],
  couplings: readonly Coupling[],
): { readonly low: number; readonly high: number } | null {
  const simple = couplings.filter(isSimple);
  const [last, ...others] = couplings.filter((c) => !isSimple(c));
  const responses = last === undefined ? [] : responsesOf(last);
  if (others.length > 0 || responses === null) return null;
  const margins = last === undefined ? null : marginsOf(last, responses);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let left = mostTerms;
  /** Settles one simple draw after another at either of its vertices; terms that then ask for the same are one. */
  const settle = (at: readonly CoupledTerm[], next: number): boolean => {
    const coupling = simple[next];
    if (coupling === undefined) {
      const found = last === undefined || margins === null ? ratioOf(at) : extremesOver(at, responses, last, margins);
      if (found !== null) {
        low = Math.min(low, found.low);
        high = Math.max(high, found.high);
      }
      return true;
    }
    left -= at.length;
    if (left < 0) return false;
    return [true, false].every((together) => settle(settled(at, coupling, cornerOf(coupling, together)), next + 1));
  };
  return settle(merged(terms), 0) && low <= high ? { low, high } : null;
}

/** The terms with the probability of one draw's event in the place of the event. */
const settled = (
  terms: readonly CoupledTerm[],
  { draw }: Coupling,
  probability: (event: Response) => number,
): readonly CoupledTerm[] =>
  merged(
    terms.map((term) => {
      const event = term.coupled.get(draw);
      if (event === undefined) return term;
      const coupled = new Map(term.coupled);
      coupled.delete(draw);
      const share = probability(event);
      return { above: term.above * share, below: term.below * share, coupled };
    }),
  );

/** Terms with the same event as one. */
function merged(terms: readonly CoupledTerm[]): readonly CoupledTerm[] {
  const found = new Map<string, { above: number; below: number; readonly coupled: CoupledTerm['coupled'] }>();
  for (const { above, below, coupled } of terms) {
    const key = keyOfEvent(coupled);
    const before = found.get(key);
    if (before === undefined) found.set(key, { above, below, coupled });
    else {
      before.above += above;
      before.below += below;
    }
  }
  return [...found.values()];
}

const keyOfEvent = (coupled: CoupledTerm['coupled']): string =>
  [...coupled]
    .map(
      ([draw, event]) =>
        `${draw}:${[...event]
          .map(([row, value]) => `${row}=${value}`)
          .sort()
          .join(';')}`,
    )
    .sort()
    .join('|');

function ratioOf(terms: readonly CoupledTerm[]): { readonly low: number; readonly high: number } | null {
  const above = terms.reduce((sum, t) => sum + t.above, 0);
  const below = terms.reduce((sum, t) => sum + t.below, 0);
  return below > 0 ? { low: above / below, high: above / below } : null;
}

/** Two rows of two values: a square with one degree of freedom. */
const isSimple = ({ rows }: Coupling): boolean =>
  rows.size === 2 && [...rows.values()].every((law) => law.length === 3);

type Row = readonly [string, readonly number[]];

function twoOf(rows: Coupling['rows']): readonly [Row, Row] {
  const [first, second] = [...rows];
  if (first === undefined || second === undefined) throw new Error('couplings: a simple draw has two rows');
  return [first, second];
}

/** The probability of an event of a simple draw where its two values go together as much as they can, or as little. */
function cornerOf({ rows }: Coupling, together: boolean): (event: Response) => number {
  const [[first, a], [second, b]] = twoOf(rows);
  const [p, q] = [a[2]!, b[2]!];
  const both = together ? Math.min(p, q) : Math.max(0, p + q - 1);
  return (event) => {
    const one = event.get(first);
    const two = event.get(second);
    const high = one === undefined ? null : one === a[0]! + 1;
    const higher = two === undefined ? null : two === b[0]! + 1;
    if (high === null) return higher === true ? q : 1 - q;
    if (higher === null) return high ? p : 1 - p;
    if (high) return higher ? both : p - both;
    return higher ? q - both : 1 - p - q + both;
  };
}

/** All functions from the rows of a draw to its values; null where they are too many. */
function responsesOf({ rows }: Coupling): readonly Response[] | null {
  let found: readonly (readonly (readonly [string, number])[])[] = [[]];
  for (const [row, [low = 0, ...weights]] of rows) {
    found = found.flatMap((so) => weights.flatMap((p, k) => (p > 0 ? [[...so, [row, low + k] as const]] : [])));
    if (found.length > mostResponses) return null;
  }
  return found.map((pairs) => new Map(pairs));
}

/** Probabilities are counted in units of this, so that the linear program has whole numbers. */
const grain = 1_000_000_000_000;

const wholeOf = (x: number): bigint => BigInt(Math.round(x * grain));

/** The probabilities of a law as whole numbers that sum to `grain`. */
function wholes([, ...weights]: readonly number[]): readonly bigint[] {
  const total = weights.reduce((a, b) => a + b, 0);
  const found = weights.map((p) => wholeOf(p / total));
  const most = weights.indexOf(Math.max(...weights));
  const rest = found.reduce((sum, p, k) => (k === most ? sum : sum + p), 0n);
  return found.map((p, k) => (k === most ? BigInt(grain) - rest : p));
}

/** One row of the linear program for each value of each row of the draw. */
type Margins = { readonly of: (response: Response) => readonly number[]; readonly right: readonly bigint[] };

function marginsOf({ rows }: Coupling, responses: readonly Response[]): Margins {
  const right: bigint[] = [];
  const places = new Map<string, number>();
  for (const [row, law] of rows) {
    for (const [k, p] of wholes(law).entries()) {
      places.set(`${row}=${law[0]! + k}`, right.length);
      right.push(p);
    }
  }
  const known = new Map(
    responses.map((response) => [response, [...response].map(([row, value]) => places.get(`${row}=${value}`)!)]),
  );
  return { right, of: (response) => known.get(response) ?? [] };
}

function extremesOver(
  terms: readonly CoupledTerm[],
  responses: readonly Response[],
  { draw }: Coupling,
  margins: Margins,
): { readonly low: number; readonly high: number } | null {
  // A term without an event of this draw, or with one on some of its rows, counts for every response that agrees.
  const counted = responses.map((response) => {
    let above = 0;
    let below = 0;
    for (const term of terms) {
      const event = term.coupled.get(draw);
      if (event !== undefined && ![...event].every(([row, value]) => response.get(row) === value)) continue;
      above += term.above;
      below += term.below;
    }
    return { above, below };
  });
  const most = Math.max(...counted.map(({ below }) => below));
  const least = Math.min(...counted.map(({ below }) => below));
  if (!(most > 0)) return null;
  const scale = Math.max(1, ...counted.map(({ above }) => Math.abs(above)));
  const cost = counted.map(({ above }) => wholeOf(above / scale));
  const marginal = responses.map((response) => margins.of(response).map((row) => ({ row, value: 1n })));
  if (most - least < 1e-13 * most) {
    const vertex = vertexOf({ columns: marginal, right: margins.right });
    const unit = scale / most / grain / grain;
    return vertex === null ? null : both(vertex, cost, unit);
  }
  // Charnes and Cooper: y = q t with below * y = 1.
  const last = margins.right.length;
  const columns = marginal.map((column, k) => {
    const below = wholeOf(counted[k]!.below / most);
    return below === 0n ? column : [...column, { row: last, value: below }];
  });
  const times = margins.right.flatMap((p, row) => (p === 0n ? [] : [{ row, value: -p }]));
  const right = [...margins.right.map(() => 0n), BigInt(grain)];
  const scaled = columns.map((column) =>
    column.map(({ row, value }) => ({ row, value: row === last ? value : value * BigInt(grain) })),
  );
  const vertex = vertexOf({ columns: [...scaled, times], right });
  return vertex === null ? null : both(vertex, [...cost, 0n], scale / most / grain);
}

/** The least and the greatest cost, in units. */
function both(
  vertex: Vertex,
  cost: readonly bigint[],
  unit: number,
): { readonly low: number; readonly high: number } | null {
  const [low, high] = [minimum(vertex, cost), maximum(vertex, cost)];
  if (low.kind === 'unbounded' || high.kind === 'unbounded') return null;
  return { low: numberOf(low.value) * unit, high: numberOf(high.value) * unit };
}
