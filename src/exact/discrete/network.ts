/** A product of factors, and questions about it. */
import { type Absorbed, absorb, putBack, withoutBarren } from './absorb.js';
import { contract } from './contract.js';
import { eliminate, marginals } from './eliminate.js';
import { type Factor, newTable, type PlacedFactor, tabled } from './factor.js';
import { eliminationOrder, type Order } from './order.js';
import { type Scope, sizeOfScope, type Variable } from './value.js';

/** A solved network. */
export type Network = {
  /** Natural logarithm of the sum over all configurations; -Infinity where that is zero. */
  readonly logTotal: number;
  /** The joint law of the variables of a scope, row-major; null where it would take more cells than the budget. */
  readonly law: (scope: Scope) => Float64Array | null;
  /** Variables that were eliminated, and the cells of their cliques together. */
  readonly eliminated: number;
  readonly cells: number;
};

/** The cells that a network would need. */
type TooLarge = { readonly needs: number };

/**
 * Solves a network for the scopes that will be asked for. With one scope one elimination gives its law and the total; with several, a
 * second pass through the cliques gives all laws together, when the first is asked for.
 */
export function solveNetwork(
  placed: readonly PlacedFactor[],
  asked: readonly Scope[],
  budget: number,
): Network | TooLarge {
  const absorbed = absorb(withoutBarren(placed, asked));
  const { factors, rest } = absorbed;
  const restOf = (scope: Scope): Scope => scope.map((v) => rest(v)?.variable ?? v).filter((v) => v.values.length !== 1);
  const inner = distinct(asked.map(restOf).filter((s) => s.length > 0));
  const constant = (left: readonly Factor[]): number =>
    left.reduce((sum, f) => sum + f.logScale + Math.log(f.table[0]!), 0);
  const maps = factors.flatMap((f) => (f.map === null ? [] : [f.scope]));
  const orderFor = (scopes: readonly Scope[], kept: Scope): Order =>
    eliminationOrder([...factors.map((f) => f.scope), ...scopes], maps, new Set(kept));

  /** Eliminates all but the scope. */
  const direct = (scope: Scope, order: Order): { readonly law: Factor; readonly logTotal: number } => {
    const [law = nothing] = contract(eliminate(factors, order, false).left, [scope]);
    return { law, logTotal: Math.log(sum(law.table)) + law.logScale };
  };
  const isAsked = (scope: Scope): boolean => asked.some((s) => sameScope(s, scope));
  const finished = (law: Factor, scope: Scope): Float64Array => normalised(putBack(law, scope, rest));
  // What was barren may matter to a scope that nobody spoke of: all begins again.
  const onTheSide = (scope: Scope): Float64Array | null => {
    if (sizeOfScope(scope) > budget) return null;
    const again = solveNetwork(placed, [scope], budget);
    return 'needs' in again ? null : again.law(scope);
  };

  if (impossible(absorbed)) return { logTotal: Number.NEGATIVE_INFINITY, law: () => null, eliminated: 0, cells: 0 };
  const [only = []] = inner;
  if (inner.length <= 1) {
    const order = orderFor([], only);
    const cells = order.cells + sizeOfScope(only);
    if (cells > budget || order.largest > mostCells) return { needs: cells };
    const { law, logTotal } = direct(only, order);
    return {
      logTotal,
      law: (scope) => (isAsked(scope) && sameScope(restOf(scope), only) ? finished(law, scope) : onTheSide(scope)),
      eliminated: order.variables.length,
      cells,
    };
  }
  const order = orderFor(inner, []);
  if (order.cells > budget || order.largest > mostCells) return { needs: order.cells };
  // Factors of ones hold the variables of a scope together in one clique.
  const ones = inner.map((scope) => tabled(scope, newTable(scope, 1)));
  const tree = eliminate([...factors, ...ones], order, true);
  let found: readonly Factor[] | null = null;
  return {
    logTotal: constant(tree.left),
    law: (scope) => {
      const left = restOf(scope);
      if (!isAsked(scope)) return onTheSide(scope);
      if (left.length === 0) return finished(nothing, scope);
      const number = inner.findIndex((s) => sameScope(s, left));
      if (number < 0) return onTheSide(scope);
      found ??= marginals(tree, inner);
      return finished(found[number]!, scope);
    },
    eliminated: order.variables.length,
    cells: order.cells,
  };
}

/** The most cells of one table: 256 MB. */
const mostCells = 1 << 25;

const nothing = tabled([], Float64Array.of(1));

const sum = (table: Float64Array): number => table.reduce((a, b) => a + b, 0);

function normalised(table: Float64Array): Float64Array {
  const total = sum(table);
  return table.map((x) => x / total);
}

const sameScope = (a: Scope, b: Scope): boolean => a.length === b.length && a.every((v, i) => v === b[i]);

function distinct(scopes: readonly Scope[]): readonly Scope[] {
  const out: Scope[] = [];
  const known = new Set<string>();
  for (const scope of scopes) {
    const key = scope.map((v) => v.id).join();
    if (!known.has(key)) out.push(scope);
    known.add(key);
  }
  return out;
}

/** Whether a variable has no value left, or a factor without variables is zero. */
const impossible = ({ factors }: Absorbed): boolean =>
  factors.some(
    (f) =>
      f.logScale === Number.NEGATIVE_INFINITY ||
      (f.map ?? f.table).length === 0 ||
      (f.scope.length === 0 && f.table[0] === 0),
  );

/** All variables of factors, for messages. */
export const variablesOf = (factors: readonly Factor[]): ReadonlySet<Variable> =>
  new Set(factors.flatMap((f) => f.scope));
