/** Random graphs, and what an algorithm is asked that knows their independencies. */
import fc from 'fast-check';
import type { ColliderRule } from '../../../src/causal/discovery/discovery.js';
import { knownArrows, noKnowledge, type PriorKnowledge } from '../../../src/causal/discovery/knowledge.js';
import {
  directedEdge,
  type MarkedGraph,
  markedGraph,
  undirectedEdge,
} from '../../../src/causal/discovery/marked_graph.js';
import type { ConstraintProblem } from '../../../src/causal/discovery/tested.js';
import { cpdagOf } from '../../../src/causal/equivalence.js';
import { graphNode } from '../../../src/causal/graph.js';
import { separationOracle } from '../../../src/causal/independence/oracle.js';
import { type IndexedEdge, type IndexedGraph, indexEdges } from '../../../src/causal/indexed.js';

const observedOf = (graph: IndexedGraph): readonly number[] =>
  [...graph.nodes.keys()].filter((v) => !graph.nodes[v]!.latent);

export function problemFor(
  graph: IndexedGraph,
  colliders: ColliderRule = 'standard',
  prior: PriorKnowledge = noKnowledge,
): ConstraintProblem {
  const observed = observedOf(graph);
  const known = knownArrows(observed.length, prior);
  if (!known.ok) throw new Error(known.reason);
  return {
    names: observed.map((v) => graph.nodes[v]!.name),
    test: separationOracle(graph, observed),
    alpha: 0.5,
    colliders,
    most: observed.length,
    known: known.value,
  };
}

export function nothing(count: number): ConstraintProblem['known'] {
  const known = knownArrows(count, noKnowledge);
  if (!known.ok) throw new Error(known.reason);
  return known.value;
}

/** A graph over nodes of which the last `hidden` are latent; `bits` say which pairs are joined, arrows go up. The order of nodes is mixed by `turn`. */
function randomGraph(count: number, bits: readonly boolean[], turn: number, hidden = 0): IndexedGraph {
  const place = Array.from({ length: count }, (_, v) => (v * (2 * turn + 1) + turn) % count);
  const fair = new Set(place).size === count ? place : place.map((_, v) => v);
  const edges: IndexedEdge[] = [];
  let at = 0;
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++)
      if (bits[at++ % bits.length] === true) edges.push({ from: fair[a]!, to: fair[b]!, kind: '->' });
  return indexEdges(
    Array.from({ length: count }, (_, v) => graphNode(`v${v}`, { latent: v >= count - hidden })),
    edges,
  );
}

/** A random acyclic graph. */
export const graphs = (least: number, most: number, density: number, hidden = 0): fc.Arbitrary<IndexedGraph> =>
  fc
    .tuple(
      fc.integer({ min: least, max: most }),
      fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 45, maxLength: 45 }),
      fc.integer({ min: 0, max: 5 }),
    )
    .map(([count, chances, turn]) =>
      randomGraph(
        count,
        chances.map((c) => c < density),
        turn,
        hidden,
      ),
    );

export function classOf(graph: IndexedGraph): MarkedGraph {
  const { directed, undirected } = cpdagOf(graph);
  return markedGraph(
    graph.nodes.map(({ name }) => name),
    [...directed.map(([a, b]) => directedEdge(a, b)), ...undirected.map(([a, b]) => undirectedEdge(a, b))],
  );
}
