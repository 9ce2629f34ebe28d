/** Graphs with cycles against the definition of their acyclification, pair by pair. */
import { expect, test } from 'vitest';
import { acyclification, cycles, withoutCycleNodes } from '../../src/causal/acyclification.js';
import { graphNode } from '../../src/causal/graph.js';
import { edgesOf, type IndexedEdge, type IndexedGraph, indexEdges, neighbours } from '../../src/causal/indexed.js';
import { ancestorMarks, descendants } from '../../src/causal/reach.js';
import { openPath, type Path, separated } from '../../src/causal/separation.js';
import { topologicalOrder } from '../../src/causal/structure.js';
import { generator } from './discrete_scm.js';

const nodesNamed = (count: number) => Array.from({ length: count }, (_, k) => graphNode(`v${k}`));

function randomCyclic(count: number, random: () => number): IndexedGraph {
  const edges: IndexedEdge[] = [];
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      if (a !== b && random() < 0.22) edges.push({ from: a, to: b, kind: '->' });
      if (a < b && random() < 0.08) edges.push({ from: a, to: b, kind: '<->' });
    }
  return indexEdges(nodesNamed(count), edges);
}

/** Nodes on a cycle with each node, itself included, by what leads where. */
const cycleOf = (graph: IndexedGraph, v: number): readonly number[] =>
  [...descendants(graph, [v])].filter((w) => descendants(graph, [w]).has(v));

/** Definition 3.7 of Bongers, Forré, Peters and Mooij, word by word. */
function byDefinition(graph: IndexedGraph): IndexedGraph {
  const all = [...graph.nodes.keys()];
  const edges: IndexedEdge[] = [];
  for (const a of all)
    for (const b of all) {
      const [ofA, ofB] = [cycleOf(graph, a), cycleOf(graph, b)];
      const points = ofB.some((w) => neighbours(graph.children, a).includes(w));
      if (!ofB.includes(a) && points) edges.push({ from: a, to: b, kind: '->' });
      const shares = ofA.some((v) => ofB.some((w) => v === w || neighbours(graph.spouses, v).includes(w)));
      if (a < b && shares) edges.push({ from: a, to: b, kind: '<->' });
    }
  return indexEdges(graph.nodes, edges);
}

/** Whether a path is one of a graph and open: colliders lie above what is given, and nothing else is given. */
function isOpen(graph: IndexedGraph, { nodes, arrows }: Path, z: ReadonlySet<number>): boolean {
  const above = ancestorMarks(graph, z);
  const lists = { '->': graph.children, '<-': graph.parents, '<->': graph.spouses } as const;
  return nodes.every((v, k) => {
    const [into, out] = [arrows[k - 1], arrows[k]];
    if (out !== undefined && !neighbours(lists[out], v).includes(nodes[k + 1]!)) return false;
    if (into === undefined || out === undefined) return true;
    const collider = into !== '<-' && out !== '->';
    return collider ? above[v] !== 0 : !z.has(v);
  });
}

test('separations are those of the definition, and open paths are open there', () => {
  const random = generator(71);
  let [open, closed] = [0, 0];
  for (let round = 0; round < 120; round++) {
    const count = 6;
    const graph = randomCyclic(count, random);
    const wanted = byDefinition(graph);
    const whole = acyclification(graph);
    expect(topologicalOrder(whole.graph)).not.toBeNull();
    for (let x = 0; x < count; x++)
      for (let y = x + 1; y < count; y++) {
        const z = new Set([...graph.nodes.keys()].filter((v) => v !== x && v !== y && random() < 0.35));
        const apart = separated(wanted, [x], [y], z);
        expect(separated(whole.graph, [x], [y], z)).toBe(apart);
        if (apart) {
          closed += 1;
          continue;
        }
        open += 1;
        const path = openPath(whole.graph, [x], [y], z);
        if (path === null) throw new Error('no open path');
        const shown = withoutCycleNodes(path, whole, ancestorMarks(whole.graph, z));
        expect([shown.nodes[0], shown.nodes.at(-1)]).toEqual([path.nodes[0], path.nodes.at(-1)]);
        expect(Math.max(...shown.nodes)).toBeLessThan(count);
        expect(isOpen(wanted, shown, z)).toBe(true);
      }
  }
  expect(open).toBeGreaterThan(300);
  expect(closed).toBeGreaterThan(150);
});

test('nodes are on one cycle where each leads to the other', () => {
  const random = generator(72);
  for (let round = 0; round < 60; round++) {
    const graph = randomCyclic(8, random);
    const found = cycles(graph);
    for (const v of graph.nodes.keys())
      expect([...found.keys()].filter((w) => found[w] === found[v])).toEqual([...cycleOf(graph, v)].sort());
  }
});

test('a ring of ten thousand nodes, and as many nodes in a chain of rings', () => {
  const count = 10_000;
  const ring = indexEdges(
    nodesNamed(count),
    Array.from({ length: count }, (_, k) => ({ from: k, to: (k + 1) % count, kind: '->' as const })),
  );
  const whole = acyclification(ring);
  expect(edgesOf(whole.graph)).toHaveLength(count);
  expect(separated(whole.graph, [0], [5000], [7])).toBe(false);
  const rings: IndexedEdge[] = [];
  for (let k = 0; k < count; k += 4) {
    for (let j = 0; j < 4; j++) rings.push({ from: k + j, to: k + ((j + 1) % 4), kind: '->' });
    if (k + 4 < count) rings.push({ from: k, to: k + 4, kind: '->' });
  }
  const chain = acyclification(indexEdges(nodesNamed(count), rings)).graph;
  expect(separated(chain, [1], [9001], [])).toBe(false);
  expect(separated(chain, [1], [9001], [400])).toBe(true);
  expect(separated(chain, [1], [9001], [401])).toBe(false);
});
