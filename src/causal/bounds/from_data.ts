import type { NoiseSource } from '../../runtime/random/source.js';
import { type IndexedGraph, neighbours } from '../indexed.js';
import { latentProjection } from '../structure.js';
import { boundsOf, type Knowledge, type Quantity, relevantNodes } from './bounds.js';
import { type JointTable, tableOf, tableOfUnits } from './joint_table.js';

/** A column of few values: the number of each row's value, from 0. */
export type DiscreteColumn = { readonly name: string; readonly size: number; readonly codes: Float64Array };

/** Bounds from rows, with standard errors of their ends by resampling. */
export type DataBounds =
  | {
      readonly ok: true;
      readonly low: number;
      readonly high: number;
      readonly lowSe: number;
      readonly highSe: number;
      readonly sharp: boolean;
      readonly gap: number;
      readonly types: number;
      readonly resamples: number;
      /** Nodes of the graph that have a column and were taken as hidden all the same, so that the programs stay small. */
      readonly hidden: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** Cells of the table of all nodes that are looked at together. */
const mostCells = 65_536;

/** Resamples: fewer where the linear programs are large. */
const resamples = { most: 200, least: 12, types: 12_000 };

/**
 * Bounds of a quantity from rows of discrete columns (`boundsOf`). Nodes of the graph without such a column are hidden causes; so are, one after
 * the other, those that make the linear programs too large or leave circumstances without a row, causes of what is asked about first: what is known of
 * fewer nodes bounds the quantity too, though maybe not as closely. Cells of resamples are Poisson draws about their counts.
 *
 * @param knowledge what else is known; with noise, what would be known from other samples like those that it comes from
 * @param noise the noise of one resample
 */
export function boundsFromData(
  graph: IndexedGraph,
  columns: readonly DiscreteColumn[],
  rows: number,
  quantity: Quantity,
  knowledge: (noise: NoiseSource | null) => Partial<Knowledge>,
  noise: (resample: number) => NoiseSource,
): DataBounds {
  const byName = new Map(columns.map((c) => [c.name, c]));
  const named = new Set(
    [...quantity.terms.flatMap((t) => t.events), ...quantity.given].flatMap((e) => [
      e.variable,
      ...Object.keys(e.action),
    ]),
  );
  const without = (hidden: ReadonlySet<string>): IndexedGraph =>
    latentProjection(
      graph,
      new Set(graph.nodes.flatMap((n, v) => (n.latent || hidden.has(n.name) || !byName.has(n.name) ? [v] : []))),
    );
  const hidden = new Set<string>();
  for (;;) {
    const seen = without(hidden);
    const relevant = relevantNodes(seen, named);
    const small = latentProjection(seen, new Set([...seen.nodes.keys()].filter((v) => !relevant.has(v))));
    const sizes = small.nodes.map(({ name }) => byName.get(name)!.size);
    const cells = sizes.reduce((product, size) => product * size, 1);
    let reason = 'too many columns matter at once';
    if (cells <= mostCells) {
      const codes = small.nodes.map(({ name }) => byName.get(name)!.codes);
      const table = tableOfUnits(sizes, codes, rows);
      const found = boundsOf(small, table, quantity, knowledge(null));
      if (found.ok) {
        const count = Math.min(
          resamples.most,
          Math.max(resamples.least, Math.floor(resamples.types / (1 + found.types))),
        );
        const errors = errorsOf(small, table, quantity, knowledge, count, noise);
        return { ...found, ...errors, sharp: found.sharp && hidden.size === 0, resamples: count, hidden: [...hidden] };
      }
      reason = found.reason;
    }
    const next = dearest(small, sizes, named);
    if (next === null) return { ok: false, reason };
    hidden.add(next);
  }
}

/** The node to do without: one that no question names, if there is one a cause of what is named, of those the one with the most values. */
function dearest(graph: IndexedGraph, sizes: readonly number[], named: ReadonlySet<string>): string | null {
  const causes = new Set(
    graph.nodes.flatMap(({ name }, v) => (named.has(name) ? [...neighbours(graph.parents, v)] : [])),
  );
  let best: number | null = null;
  for (const [v, { name }] of graph.nodes.entries()) {
    if (named.has(name)) continue;
    const rank = (w: number): number =>
      (causes.has(w) ? 1e6 : 0) + sizes[w]! + neighbours(graph.children, w).length / 1e3;
    if (best === null || rank(v) > rank(best)) best = v;
  }
  return best === null ? null : graph.nodes[best]!.name;
}

function errorsOf(
  graph: IndexedGraph,
  table: JointTable,
  quantity: Quantity,
  knowledge: (noise: NoiseSource | null) => Partial<Knowledge>,
  count: number,
  noise: (resample: number) => NoiseSource,
): { readonly lowSe: number; readonly highSe: number } {
  const lows: number[] = [];
  const highs: number[] = [];
  for (let k = 0; k < count; k++) {
    const source = noise(k);
    const weights = table.weights.map((w) => BigInt(poisson(Number(w), source)));
    if (weights.every((w) => w === 0n)) continue;
    const found = boundsOf(graph, tableOf(table.sizes, weights), quantity, knowledge(source));
    if (!found.ok) continue;
    lows.push(found.low);
    highs.push(found.high);
  }
  return { lowSe: deviation(lows), highSe: deviation(highs) };
}

/** From here on a Poisson draw is a rounded normal one. */
const many = 50;

/** A Poisson draw, rounded from a normal one where the mean is large. */
export function poisson(mean: number, noise: NoiseSource): number {
  if (mean === 0) return 0;
  if (mean >= many) return Math.max(0, Math.round(mean + Math.sqrt(mean) * noise.normal()));
  let count = 0;
  for (let time = noise.exponential(); time < mean; time += noise.exponential()) count += 1;
  return count;
}

function deviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}
