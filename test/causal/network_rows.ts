/** Rows drawn from Bayesian networks, and their graphs. */
import type { UnitColumn } from '../../src/causal/estimate/units.js';
import { graphNode } from '../../src/causal/graph.js';
import { type IndexedGraph, indexEdges } from '../../src/causal/indexed.js';
import { readBif } from '../../src/import/bif_network.js';
import type { Network } from '../../src/import/network.js';
import { streamOf } from './simulate.js';

/** The network of a BIF file's text. */
export function networkOf(text: string): Network {
  const read = readBif({ name: 'network.bif', text });
  if (!read.ok) throw new Error(read.diagnostics.map(({ message }) => message).join('; '));
  return read.value;
}

/** Columns of labels by forward sampling. */
export function drawnFrom({ variables }: Network, rows: number, seed: string): readonly UnitColumn[] {
  const noise = streamOf(seed);
  const columns = variables.map(({ name, states }) => ({
    name,
    levels: states.length,
    values: new Float64Array(rows),
  }));
  const order: number[] = [];
  const visit = (v: number): void => {
    if (order.includes(v)) return;
    for (const parent of variables[v]!.parents) visit(parent);
    order.push(v);
  };
  for (const v of variables.keys()) visit(v);
  for (let r = 0; r < rows; r++)
    for (const v of order) {
      const { parents, rows: table, states } = variables[v]!;
      const row = parents.reduce((at, p) => at * variables[p]!.states.length + columns[p]!.values[r]!, 0);
      let left = noise.uniform();
      let state = 0;
      while (state < states.length - 1 && left >= table[row]![state]!) left -= table[row]![state++]!;
      columns[v]!.values[r] = state;
    }
  return columns;
}

/** The graph of a network. */
export const graphOfNetwork = ({ variables }: Network): IndexedGraph =>
  indexEdges(
    variables.map(({ name }) => graphNode(name)),
    variables.flatMap(({ parents }, to) => parents.map((from) => ({ from, to, kind: '->' as const }))),
  );
