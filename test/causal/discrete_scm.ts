/** Random discrete structural causal models with explicit latent causes, and what they say: the oracle of identification. */

import type { Distribution } from '../../src/causal/identify/estimand.js';
import { edgesOf, type IndexedGraph, neighbours } from '../../src/causal/indexed.js';
import { topologicalOrder } from '../../src/causal/structure.js';

/** Numbers between 0 and 1 from a seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A model of binary nodes; each `<->` is a binary latent cause of its ends, each latent node of the graph one more. */
type DiscreteScm = {
  /** Probability of each assignment of the nodes under do; node v has the bit v. Zero where it contradicts the action. */
  readonly joint: (action: ReadonlyMap<number, number>) => Float64Array;
};

export function randomScm(graph: IndexedGraph, random: () => number): DiscreteScm {
  const common = edgesOf(graph).filter(({ kind }) => kind === '<->');
  const order = topologicalOrder(graph) ?? [];
  const coins = common.map(() => 0.2 + 0.6 * random());
  const mechanisms = order.map((v) => {
    const parents = [...neighbours(graph.parents, v)];
    const hidden = common.flatMap(({ from, to }, k) => (from === v || to === v ? [k] : []));
    const table = Float64Array.from({ length: 2 ** (parents.length + hidden.length) }, () => 0.05 + 0.9 * random());
    return { v, parents, hidden, table };
  });
  const count = graph.count;
  return {
    joint: (action) => {
      const total = new Float64Array(2 ** count);
      for (let u = 0; u < 2 ** common.length; u++) {
        const weight = coins.reduce((p, coin, k) => p * ((u >> k) & 1 ? coin : 1 - coin), 1);
        const fill = (k: number, assignment: number, p: number): void => {
          const mechanism = mechanisms[k];
          if (mechanism === undefined) {
            total[assignment]! += p;
            return;
          }
          const { v, parents, hidden, table } = mechanism;
          const fixed = action.get(v);
          if (fixed !== undefined) {
            fill(k + 1, assignment | (fixed << v), p);
            return;
          }
          let row = 0;
          for (const parent of parents) row = 2 * row + ((assignment >> parent) & 1);
          for (const h of hidden) row = 2 * row + ((u >> h) & 1);
          const q = table[row]!;
          fill(k + 1, assignment | (1 << v), p * q);
          fill(k + 1, assignment, p * (1 - q));
        };
        fill(0, 0, weight);
      }
      return total;
    },
  };
}

/** The probability that some nodes have some values. */
export function marginal(joint: Float64Array, values: ReadonlyMap<number, number>): number {
  let mask = 0;
  let wanted = 0;
  for (const [v, value] of values) {
    mask |= 1 << v;
    wanted |= value << v;
  }
  let sum = 0;
  for (let a = 0; a < joint.length; a++) if ((a & mask) === wanted) sum += joint[a]!;
  return sum;
}

/** The table of the nodes in a mask, their values side by side in the order of the nodes. */
function compressed(joint: Float64Array, mask: number): Float64Array {
  const bits = Array.from({ length: 31 }, (_, v) => v).filter((v) => (mask >> v) & 1);
  const table = new Float64Array(2 ** bits.length);
  for (let a = 0; a < joint.length; a++) {
    let row = 0;
    for (const [k, v] of bits.entries()) row |= ((a >> v) & 1) << k;
    table[row]! += joint[a]!;
  }
  return table;
}

/** What a model answers to the probabilities that estimands are made of. Tables are kept by action and nodes. */
export function distributionOf(graph: IndexedGraph, scm: DiscreteScm): Distribution {
  const joints = new Map<string, Float64Array>();
  const tables = new Map<string, Float64Array>();
  return (of, given, action, values) => {
    const at = (name: string): number => graph.indexOf.get(name) ?? -1;
    const acted = new Map(action.map((name) => [at(name), values.get(name) ?? 0]));
    const key = [...acted].sort(([a], [b]) => a - b).join(';');
    const probability = (names: readonly string[]): number => {
      const nodes = [...new Set(names.map(at))].sort((a, b) => a - b);
      const mask = nodes.reduce((m, v) => m | (1 << v), 0);
      const joint = joints.get(key) ?? scm.joint(acted);
      joints.set(key, joint);
      const table = tables.get(`${key}/${mask}`) ?? compressed(joint, mask);
      tables.set(`${key}/${mask}`, table);
      return table[nodes.reduce((row, v, k) => row | ((values.get(graph.nodes[v]!.name) ?? 0) << k), 0)]!;
    };
    const below = probability(given);
    return below === 0 ? 0 : probability([...of, ...given]) / below;
  };
}

/** A random acyclic mixed graph with nodes a, b, c, …; each pair has an edge, and a `<->`, with these chances. */
export function randomGraph(count: number, directed: number, bidirected: number, random: () => number): string {
  const names = Array.from({ length: count }, (_, k) => 'abcdefghij'[k]!);
  const shuffled = [...names].sort(() => random() - 0.5);
  const parts: string[] = [...names];
  shuffled.forEach((from, i) => {
    for (const to of shuffled.slice(i + 1)) {
      if (random() < directed) parts.push(`${from} -> ${to}`);
      if (random() < bidirected) parts.push(`${from} <-> ${to}`);
    }
  });
  return parts.join('; ');
}
