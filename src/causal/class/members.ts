/** Graphs that stand for several: those with edges of unknown direction. */
import type { Graph } from '../graph.js';
import { type IndexedGraph, indexEdges, indexGraph } from '../indexed.js';
import {
  arrowsOf,
  closeDirections,
  copyOf,
  direct,
  extension,
  linesOf,
  type PartlyDirected,
  partlyDirected,
} from './partly_directed.js';

/** The graphs that a graph stands for. Nodes have the same numbers in all of them. */
export type GraphClass = {
  /** One of them; the only one where `partly` is null. */
  readonly first: IndexedGraph;
  /** The graph with all directions that follow from those that are known; null where no edge was undirected. */
  readonly partly: PartlyDirected | null;
};

/** Why a graph stands for none. */
export type NoClass = { readonly ok: false; readonly code: 'E0670' | 'E0671'; readonly message: string };

/**
 * The graphs that a graph stands for: itself, or where it has undirected edges all acyclic graphs that give each a direction and have no collider
 * (two arrows into one node from nodes that are not joined) but those of the graph. E0670 for undirected edges beside hidden causes, E0671 where no such graph is.
 */
export function graphClass(graph: Graph): { readonly ok: true; readonly value: GraphClass } | NoClass {
  if (graph.edges.every(({ kind }) => kind !== '--'))
    return { ok: true, value: { first: indexGraph(graph), partly: null } };
  const latent = graph.nodes.find((node) => node.latent)?.name;
  const shared = graph.edges.find(({ kind }) => kind === '<->');
  if (latent !== undefined || shared !== undefined) {
    const beside = shared === undefined ? `the latent \`${latent}\`` : `\`${shared.from} <-> ${shared.to}\``;
    return { ok: false, code: 'E0670', message: `edges of unknown direction stand beside ${beside}` };
  }
  const indexOf = new Map(graph.nodes.map(({ name }, i) => [name, i]));
  const pairs = (kind: '->' | '--') =>
    graph.edges.filter((e) => e.kind === kind).map(({ from, to }) => [indexOf.get(from)!, indexOf.get(to)!] as const);
  const partly = partlyDirected(graph.nodes.length, pairs('->'), pairs('--'));
  const parents = extension(partly);
  if (parents === null)
    return {
      ok: false,
      code: 'E0671',
      message: 'every way to direct the undirected edges makes a circle or a new collider',
    };
  closeDirections(partly);
  const edges = parents.flatMap((set, to) => [...set].map((from) => ({ from, to, kind: '->' as const })));
  return { ok: true, value: { first: indexEdges(graph.nodes, edges, indexOf), partly } };
}

/** Whether a graph has edges of unknown direction. */
export const isClass = (graph: Graph): boolean => graph.edges.some(({ kind }) => kind === '--');

/**
 * All graphs of a class, one after another with polynomial delay: a line is directed one way, then the other, and what follows from it is
 * directed too; then whatever is left can be directed (Meek 1995, theorem 4).
 */
export function* membersOfClass({ first, partly }: GraphClass): Generator<IndexedGraph> {
  if (partly === null) {
    yield first;
    return;
  }
  for (const member of directionsOf(partly)) {
    const edges = [...arrowsOf(member)].map(([from, to]) => ({ from, to, kind: '->' as const }));
    yield indexEdges(first.nodes, edges, first.indexOf);
  }
}

/** The same as graphs without lines. The graph must be closed under the rules of Meek and stand for at least one. */
export function* directionsOf(partly: PartlyDirected): Generator<PartlyDirected> {
  const waiting = [partly];
  for (let g = waiting.pop(); g !== undefined; g = waiting.pop()) {
    const line = linesOf(g).next().value;
    if (line === undefined) {
      yield g;
      continue;
    }
    const [a, b] = line;
    for (const [from, to] of [
      [b, a],
      [a, b],
    ] as const) {
      const next = copyOf(g);
      direct(next, from, to);
      closeDirections(next, [[from, to]]);
      waiting.push(next);
    }
  }
}

/**
 * The members of a class that differ only in lines that hang together with some nodes: all other lines are directed as they are in the first member. How
 * lines are directed that do not hang together does not depend on each other (Wienöbl, Bannach and Liśkiewicz, JMLR 24, 2023), so that these members
 * stand for equally many each.
 */
export function membersAround(graphs: GraphClass, nodes: Iterable<number>): GraphClass {
  const { first, partly } = graphs;
  if (partly === null) return graphs;
  const around = new Set(nodes);
  for (const v of around) for (const w of partly.lines[v]!) around.add(w);
  const left = copyOf(partly);
  for (const [a, b] of [...linesOf(left)]) {
    if (around.has(a)) continue;
    const forth = first.children.ends.subarray(first.children.starts[a]!, first.children.starts[a + 1]!).includes(b);
    direct(left, forth ? a : b, forth ? b : a);
  }
  return { first, partly: left };
}

/** Members of a class that are looked at before a question is given up. */
export const mostMembers = 20_000;

/** Whether a class has more members than are looked at. */
export function isTooLarge(graphs: GraphClass): boolean {
  if (graphs.partly === null) return false;
  let seen = 0;
  for (const _ of directionsOf(graphs.partly)) {
    seen += 1;
    if (seen > mostMembers) return true;
  }
  return false;
}

/** A part of a class: the members in which a node has the same causes. */
export type Neighbourhood = {
  readonly causes: readonly number[];
  /** A member, and how many there are that differ in lines around the node. */
  readonly member: IndexedGraph;
  readonly members: number;
};

/**
 * The members of a class by the causes of a node, in the order in which they are found, with how many of those around it there are. Effects of
 * the node are the same in all members of a part (Maathuis, Kalisch and Bühlmann, "Estimating high-dimensional intervention effects from
 * observational data", Annals of Statistics 37, 2009, section 3).
 */
export function byCauses(graphs: GraphClass, node: number): readonly Neighbourhood[] {
  const parts = new Map<
    string,
    { readonly causes: readonly number[]; readonly member: IndexedGraph; members: number }
  >();
  for (const member of membersOfClass(membersAround(graphs, [node]))) {
    const { starts, ends } = member.parents;
    const causes = [...ends.subarray(starts[node]!, starts[node + 1]!)].sort((a, b) => a - b);
    const part = parts.get(causes.join());
    if (part === undefined) parts.set(causes.join(), { causes, member, members: 1 });
    else part.members += 1;
  }
  return [...parts.values()];
}
