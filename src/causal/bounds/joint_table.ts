/** The joint distribution of discrete nodes, as whole numbers: counts of units, or probabilities over a power of two. */

/** Weights of all assignments; the value of node v changes after those of the nodes before it: index = sum of value * stride. */
export type JointTable = {
  /** Values of each node: 0, 1, …, size - 1. */
  readonly sizes: readonly number[];
  readonly weights: readonly bigint[];
  readonly total: bigint;
  /** Weights of some nodes' assignments, by the sorted nodes; computed once each. */
  readonly margins: Map<string, Margin>;
};

type Margin = { readonly strides: ReadonlyMap<number, number>; readonly weights: readonly bigint[] };

/** A table of counts (or of other whole weights), one for each assignment. */
export function tableOf(sizes: readonly number[], weights: readonly bigint[]): JointTable {
  return { sizes, weights, total: weights.reduce((sum, w) => sum + w, 0n), margins: new Map() };
}

/** Binary places that probabilities are kept to. */
const places = 100;

/** A table of probabilities; they need not sum to one exactly. */
export function tableOfProbabilities(sizes: readonly number[], probabilities: ArrayLike<number>): JointTable {
  const scale = 2 ** 50;
  const weights = Array.from(probabilities, (p) => {
    // Small probabilities keep their digits: they are scaled before they are cut.
    const exponent = p > 0 ? Math.max(0, Math.min(places - 50, Math.floor(-Math.log2(p)))) : 0;
    return BigInt(Math.round(p * 2 ** exponent * scale)) << BigInt(places - 50 - exponent);
  });
  return tableOf(sizes, weights);
}

/** The table of units: row r has the value `columns[v][r]` of node v. */
export function tableOfUnits(sizes: readonly number[], columns: readonly Float64Array[], rows: number): JointTable {
  const counts = new Float64Array(sizes.reduce((product, s) => product * s, 1));
  for (let r = 0; r < rows; r++) {
    let index = 0;
    for (let v = sizes.length - 1; v >= 0; v--) index = index * sizes[v]! + columns[v]![r]!;
    counts[index]! += 1;
  }
  return tableOf(
    sizes,
    Array.from(counts, (c) => BigInt(c)),
  );
}

function marginOf(table: JointTable, nodes: readonly number[]): Margin {
  const key = nodes.join();
  const known = table.margins.get(key);
  if (known !== undefined) return known;
  const strides = new Map<number, number>();
  let size = 1;
  for (const v of nodes) {
    strides.set(v, size);
    size *= table.sizes[v]!;
  }
  const weights = Array.from({ length: size }, () => 0n);
  for (const [index, weight] of table.weights.entries()) {
    if (weight === 0n) continue;
    let rest = index;
    let at = 0;
    for (const [v, levels] of table.sizes.entries()) {
      const stride = strides.get(v);
      if (stride !== undefined) at += (rest % levels) * stride;
      rest = Math.floor(rest / levels);
    }
    weights[at]! += weight;
  }
  const margin = { strides, weights };
  table.margins.set(key, margin);
  return margin;
}

/** The weight of the assignments in which some nodes (sorted) have their values in `values`, which is indexed by node. */
export function weightOf(table: JointTable, nodes: readonly number[], values: readonly number[]): bigint {
  const { strides, weights } = marginOf(table, nodes);
  let at = 0;
  for (const [v, stride] of strides) at += values[v]! * stride;
  return weights[at]!;
}

/** All assignments of some nodes, written into one list that is indexed by node; other places keep what they hold. */
export function* assignments(nodes: readonly number[], sizes: readonly number[], values: number[]): Generator<void> {
  for (const v of nodes) values[v] = 0;
  for (;;) {
    yield;
    let k = 0;
    for (; k < nodes.length; k++) {
      const v = nodes[k]!;
      values[v]! += 1;
      if (values[v]! < sizes[v]!) break;
      values[v] = 0;
    }
    if (k === nodes.length) return;
  }
}

/** The table of some nodes (sorted), which are numbered anew. */
export const marginalTable = (table: JointTable, nodes: readonly number[]): JointTable =>
  tableOf(
    nodes.map((v) => table.sizes[v]!),
    marginOf(table, nodes).weights,
  );
