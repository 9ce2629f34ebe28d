/**
 * Where a chain ends, without going through time: states are eliminated one after another, those with the fewest neighbours first. What is
 * left of 1 after a state's own loop is added up from what leaves it, so nothing is subtracted (Grassmann, Taksar and Heyman 1985, Regenerative analysis
 * and steady state distributions for Markov chains), and small probabilities keep their digits. Weights are series: expectations
 * and second moments of accumulators come out of the same elimination.
 */
import { defaultLimits } from '../../ir/engine.js';
import { stepsFault } from '../../ir/faults.js';
import type { PlaceId } from '../../ir/ir.js';
import type { Chain } from './chain.js';
import { type Budget, giveUp } from './refusal.js';
import { addInto, multiply, type Series, star, unitSeries } from './series.js';

/** Where a chain can end when it starts in one state. Weights are times exp(scale). */
export type Ending = {
  readonly scale: number;
  readonly exits: readonly { readonly state: number; readonly added: readonly number[]; readonly series: Series }[];
  readonly open: number;
};

type Node = {
  readonly to: Map<number, Series>;
  readonly from: Set<number>;
  readonly exits: Map<number, Series>;
  open: number;
  lost: number;
};

/** Endings of a chain whose states are all known, for each start. It may have no exact accumulators. */
export function absorb(
  chain: Chain,
  starts: readonly number[],
  budget: Budget,
  at: PlaceId,
): ReadonlyMap<number, Ending> {
  const r = chain.rank;
  const count = chain.size();
  const nodes: Node[] = [];
  const blank = (): Node => ({ to: new Map(), from: new Set(), exits: new Map(), open: 0, lost: 0 });
  for (let s = 0; s < count + starts.length; s++) nodes.push(blank());
  const join = (map: Map<number, Series>, key: number, term: Series): void => {
    const same = map.get(key);
    if (same === undefined) map.set(key, term);
    else addInto(same, term);
  };
  for (let s = 0; s < count; s++) {
    const node = nodes[s]!;
    const row = chain.row(s);
    node.open = row.open;
    node.lost = row.lost;
    for (const step of row.steps) {
      join(node.to, step.to, step.series.slice());
      nodes[step.to]!.from.add(s);
    }
    if (row.exit > 0) {
      const out = unitSeries(r);
      out[0] = row.exit;
      node.exits.set(s, out);
    }
  }
  for (const [k, start] of starts.entries()) {
    nodes[count + k]!.to.set(start, unitSeries(r));
    nodes[start]!.from.add(count + k);
  }

  const eliminate = (s: number): void => {
    const node = nodes[s]!;
    const own = node.to.get(s);
    node.to.delete(s);
    node.from.delete(s);
    let leaving = node.open + node.lost;
    for (const series of node.to.values()) leaving += series[0]!;
    for (const series of node.exits.values()) leaving += series[0]!;
    if (!(leaving > 0)) {
      if (node.lost < 0) giveUp('the weight of a loop grows without bound');
      throw stepsFault(defaultLimits.steps, at);
    }
    const again = own === undefined ? null : star(own, leaving, r);
    for (const j of node.to.keys()) nodes[j]!.from.delete(s);
    for (const i of node.from) {
      const source = nodes[i]!;
      const direct = source.to.get(s);
      if (direct === undefined) continue;
      source.to.delete(s);
      const factor = again === null ? direct : multiply(direct, again, r);
      budget.spend(2 + node.to.size + node.exits.size);
      for (const [j, series] of node.to) {
        join(source.to, j, multiply(factor, series, r));
        nodes[j]!.from.add(i);
      }
      for (const [exit, series] of node.exits) join(source.exits, exit, multiply(factor, series, r));
      source.open += factor[0]! * node.open;
      source.lost += factor[0]! * node.lost;
    }
    node.from.clear();
    for (const j of node.to.keys()) changed.add(j);
  };

  // The queue holds states by the work that eliminating them takes; those that are out of date are put back.
  const changed = new Set<number>();
  const costs = new Map<number, number>();
  const queue: Set<number>[] = Array.from({ length: buckets }, () => new Set());
  const costOf = (s: number): number => {
    const node = nodes[s]!;
    return Math.min(buckets - 1, Math.floor(Math.log2(1 + node.from.size * (node.to.size + node.exits.size)) * 8));
  };
  const place = (s: number): void => {
    const before = costs.get(s);
    if (before !== undefined) queue[before]!.delete(s);
    const cost = costOf(s);
    costs.set(s, cost);
    queue[cost]!.add(s);
  };
  for (let s = 0; s < count; s++) place(s);
  for (let left = count; left > 0; left--) {
    const bucket = queue.find((set) => set.size > 0);
    const [next] = bucket ?? [];
    if (bucket === undefined || next === undefined) break;
    bucket.delete(next);
    costs.delete(next);
    const sources = [...nodes[next]!.from];
    changed.clear();
    eliminate(next);
    for (const s of [...sources, ...changed]) if (s < count && costs.has(s)) place(s);
  }
  return new Map(
    starts.map((start, k) => {
      const { exits, open } = nodes[count + k]!;
      return [
        start,
        { scale: 0, exits: [...exits].map(([state, series]) => ({ state, added: [], series })), open },
      ] as const;
    }),
  );
}

/** Eighths of powers of two. */
const buckets = 512;
