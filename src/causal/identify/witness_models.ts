import { type IndexedGraph, neighbours } from '../indexed.js';
import { topologicalOrder, withoutLatents } from '../structure.js';
import { type Hedge, isHedge, sinks } from './hedge.js';
import { type CausalQuery, identify, type Joint } from './identify.js';
import { at } from './named_sets.js';
import { type Hears, type Mask, maskFor, waysTo } from './witness_mask.js';

/** What a bit is the parity of: a fair coin that nobody sees, or a bit of a cause. */
export type Term =
  | { readonly kind: 'coin'; readonly coin: number }
  | { readonly kind: 'bit'; readonly node: string; readonly bit: number };

/** The parity of some terms, turned round with probability `flip`. */
type Bit = { readonly parity: readonly Term[]; readonly flip: number };

/** A node whose value is the number that its bits make, the first one worth 1; without bits it is 0. */
type WitnessNode = { readonly name: string; readonly bits: readonly Bit[] };

/** Causes before effects; each coin is seen by the bits that name it alone. */
export type WitnessModel = { readonly coins: number; readonly nodes: readonly WitnessNode[] };

/** A value for each name. */
export type Values = ReadonlyMap<string, number>;

/** Two models of one graph that agree on all that is observed, and where they differ: P(outcome | do(action), given) in each. */
export type Witness = {
  readonly models: readonly [WitnessModel, WitnessModel];
  readonly outcome: Values;
  readonly action: Values;
  readonly given: Values;
  readonly effects: readonly [number, number];
};

/** Two models that show why a question has no answer from observation; null where it has one, or none were found. */
export function witnessOf(graph: IndexedGraph, query: CausalQuery): Witness | null {
  if (query.experiments.length > 0) return null;
  const observed = withoutLatents(graph);
  const found = identify(observed, query);
  return found.identifiable ? null : witnessModels(observed, query, found.hedge, found.joint);
}

/** How often a root's bit is turned round, and one on the way to the outcome: so that all that can be seen is possible. */
const rootFlip = 0.25;
const wayFlip = 0.125;

/** Differences below this are none. */
const least = 1e-3;

/**
 * Two models that a hedge makes for P(outcome | do(action), given): the proof that it is not identifiable (Shpitser and Pearl, AAAI 2006,
 * theorem 4). Each node of the forest is the parity of its causes in it and of the fair coins on its `<->`; in the second model the inner forest
 * does not hear the outer one. Seen alone, every coin counts twice below, and the parity of the roots is even in both; what is acted on breaks this in
 * the first model only. A second bit of nodes carries the parity on to the outcome; where it comes to what is conditioned on alone, a third one hides it
 * there by a signal that the outcome shows. Null where the two answer the question alike, which a
 * question with conditions may be.
 *
 * @param joint the outcomes with what is conditioned on, and the actions, that the hedge forbids
 */
function witnessModels(
  observed: IndexedGraph,
  query: Pick<CausalQuery, 'outcome' | 'action' | 'given'>,
  hedge: Hedge,
  joint: Joint,
): Witness | null {
  if (!isHedge(observed, joint, hedge)) return null;
  const models = modelsOf(observed, query.outcome, joint, hedge);
  const asked = [...query.outcome, ...query.given];
  let best: Witness | null = null;
  for (const action of assignments(models[0], query.action)) {
    const [first, second] = models.map((model) => lawOf(model, action, asked));
    for (const seen of assignments(models[0], asked)) {
      const given = new Map([...seen].filter(([name]) => query.given.includes(name)));
      const [a, b] = [first!, second!].map((law) => chance(law, seen) / chance(law, given));
      if (!(Math.abs(a! - b!) > Math.max(least, best === null ? 0 : difference(best)))) continue;
      const outcome = new Map([...seen].filter(([name]) => query.outcome.includes(name)));
      best = { models, outcome, action, given, effects: [a!, b!] };
    }
  }
  return best;
}

const difference = ({ effects: [a, b] }: Witness): number => Math.abs(a - b);

/** Probabilities of the values of some nodes. */
type Law = ReadonlyMap<string, { readonly values: Values; readonly p: number }>;

const chance = (law: Law, values: Values): number =>
  [...law.values()].reduce((sum, e) => sum + ([...values].every(([v, x]) => e.values.get(v) === x) ? e.p : 0), 0);

/** The exact distribution of some nodes of a model under do. */
export function lawOf({ coins, nodes }: WitnessModel, action: Values, asked: readonly string[]): Law {
  const law = new Map<string, { values: Values; p: number }>();
  const values = new Map<string, number>();
  const fill = (k: number, thrown: number, p: number): void => {
    const node = nodes[k];
    if (node === undefined) {
      const key = asked.map((name) => values.get(name)).join();
      const before = law.get(key);
      if (before === undefined) law.set(key, { values: new Map(asked.map((v) => [v, values.get(v) ?? 0])), p });
      else before.p += p;
      return;
    }
    const set = action.get(node.name);
    const bits = node.bits.map(({ parity }) =>
      parity.reduce((b, t) => b ^ ((t.kind === 'coin' ? thrown >> t.coin : (values.get(t.node) ?? 0) >> t.bit) & 1), 0),
    );
    for (let turned = 0; turned < (set === undefined ? 2 ** bits.length : 1); turned++) {
      let q = p;
      for (const [b, { flip }] of node.bits.entries()) if (set === undefined) q *= (turned >> b) & 1 ? flip : 1 - flip;
      if (q === 0) continue;
      values.set(node.name, set ?? bits.reduce((sum, bit, b) => sum + ((bit ^ (turned >> b)) & 1) * 2 ** b, 0));
      fill(k + 1, thrown, q);
    }
  };
  for (let thrown = 0; thrown < 2 ** coins; thrown++) fill(0, thrown, 2 ** -coins);
  return law;
}

/** All values of some nodes together. */
function* assignments({ nodes }: WitnessModel, names: readonly string[]): Generator<Values> {
  const levels = names.map((name) => 2 ** (nodes.find((n) => n.name === name)?.bits.length ?? 0));
  for (let row = 0; row < levels.reduce((product, n) => product * n, 1); row++) {
    let rest = row;
    const values = new Map<string, number>();
    for (const [k, name] of names.entries()) {
      values.set(name, rest % levels[k]!);
      rest = Math.floor(rest / levels[k]!);
    }
    yield values;
  }
}

/** A tree of `<->` that spans a c-component, from the nodes of a part that is spanned already. */
function spanning(
  graph: IndexedGraph,
  inside: ReadonlySet<number>,
  from: Iterable<number>,
): readonly (readonly [number, number])[] {
  const tree: (readonly [number, number])[] = [];
  const queue = [...from];
  const seen = new Set(queue);
  for (let k = 0; k < queue.length; k++)
    for (const other of neighbours(graph.spouses, queue[k]!)) {
      if (!inside.has(other) || seen.has(other)) continue;
      seen.add(other);
      tree.push([queue[k]!, other]);
      queue.push(other);
    }
  return tree;
}

function modelsOf(
  graph: IndexedGraph,
  preferred: readonly string[],
  joint: Joint,
  hedge: Hedge,
): readonly [WitnessModel, WitnessModel] {
  const [forest, inner] = [at(graph, hedge.forest), at(graph, hedge.inner)];
  const roots = new Set(sinks(graph, inner));
  const within = waysTo(graph, inner, roots);
  const outside = waysTo(graph, forest, inner);
  const down = new Map([...outside, ...within]);
  const first = [...inner][0]!;
  const innerTree = spanning(graph, inner, [first]);
  const coins = [...innerTree, ...spanning(graph, forest, inner)];
  const action = at(graph, joint.action);
  const free = new Set([...graph.nodes.keys()].filter((v) => !action.has(v)));
  const goals = at(graph, joint.outcome);
  // Where a root can come to what is asked for, it does not end in what is conditioned on.
  const on = new Map([...waysTo(graph, free, goals), ...waysTo(graph, free, at(graph, preferred))]);
  const stops = at(graph, preferred);
  /** The node that a bit goes on to; none at an end of the way. */
  const hop = (v: number): number | undefined => (stops.has(v) ? undefined : on.get(v));
  const way = new Set<number>();
  for (const root of roots) for (let v = hop(root); v !== undefined && !way.has(v); v = hop(v)) way.add(v);
  const [noisy] = roots;
  const bitOf = (v: number, bit: number): Term => ({ kind: 'bit', node: graph.nodes[v]!.name, bit });
  const mask = maskOf(graph, roots, hop, at(graph, joint.outcome), stops, free);
  /** The signal of a mask as a node has it; nothing where it begins there. */
  const signal = (hears: Hears): readonly Term[] => {
    switch (hears.kind) {
      case 'self':
        return [];
      case 'coin':
        return [{ kind: 'coin', coin: coins.length }];
      case 'cause':
        return [bitOf(hears.node, Number(forest.has(hears.node)) + Number(way.has(hears.node)))];
    }
  };

  const model = (deaf: boolean): WitnessModel => {
    const nodes = (topologicalOrder(graph) ?? []).map((v): WitnessNode => {
      const bits: Bit[] = [];
      const listens = (from: number): boolean => !deaf || !inner.has(v) || inner.has(from);
      if (forest.has(v)) {
        const causes = [...forest].filter((u) => down.get(u) === v && listens(u));
        const thrown = coins.flatMap((ends, coin): readonly Term[] => {
          const other = ends[0] === v ? ends[1] : ends[1] === v ? ends[0] : null;
          return other !== null && listens(other) ? [{ kind: 'coin', coin }] : [];
        });
        const hiding = mask?.hidden === v && !way.has(v) ? signal(mask.by) : [];
        const parity = [...causes.map((u) => bitOf(u, 0)), ...thrown, ...hiding];
        bits.push({ parity, flip: v === noisy ? rootFlip : 0 });
      }
      if (way.has(v)) {
        const causes = [...neighbours(graph.parents, v)].filter((u) => hop(u) === v);
        const carried = causes.flatMap((u): readonly Term[] => [
          ...(roots.has(u) ? [bitOf(u, 0)] : []),
          ...(way.has(u) ? [bitOf(u, forest.has(u) ? 1 : 0)] : []),
        ]);
        bits.push({ parity: [...carried, ...(mask?.hidden === v ? signal(mask.by) : [])], flip: wayFlip });
      }
      const hears = mask?.carriers.get(v);
      if (hears !== undefined) bits.push({ parity: signal(hears), flip: hears.kind === 'self' ? rootFlip : wayFlip });
      return { name: graph.nodes[v]!.name, bits };
    });
    return { coins: coins.length + Number(mask !== null), nodes };
  };
  return [model(false), model(true)];
}

/** Where the parity of the roots ends only in what is conditioned on: the signal that hides it there. */
function maskOf(
  graph: IndexedGraph,
  roots: ReadonlySet<number>,
  hop: (v: number) => number | undefined,
  joint: ReadonlySet<number>,
  outcome: ReadonlySet<number>,
  free: ReadonlySet<number>,
): Mask | null {
  const ends = [...roots].map((root) => {
    let end = root;
    for (let next = hop(end); next !== undefined; next = hop(end)) end = next;
    return end;
  });
  if (ends.some((end) => outcome.has(end))) return null;
  const inside = new Set([...free].filter((v) => !joint.has(v) || outcome.has(v)));
  return maskFor(graph, new Set(ends), inside, outcome);
}
