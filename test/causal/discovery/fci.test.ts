import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maximalAncestralGraph } from '../../../src/causal/ancestral.js';
import { fciGraph } from '../../../src/causal/discovery/fci.js';
import { noKnowledge } from '../../../src/causal/discovery/knowledge.js';
import { type MarkedGraph, markedGraph } from '../../../src/causal/discovery/marked_graph.js';
import { markedJson, markedText } from '../../../src/causal/discovery/write_marked.js';
import type { IndependenceTest } from '../../../src/causal/independence/test.js';
import { edgesOf, type IndexedGraph, indexEdges } from '../../../src/causal/indexed.js';
import { separated } from '../../../src/causal/separation.js';
import { topologicalOrder } from '../../../src/causal/structure.js';
import { graphNamed, graphOf, list, ofKind } from '../cases.js';
import { commonMarks, isAncestral, orientations, statements } from './equivalent.js';
import { graphs, nothing, problemFor } from './known_independencies.js';

/** The partial ancestral graph by listing all ancestral graphs that say the same. */
function pagByEnumeration(graph: IndexedGraph): MarkedGraph {
  const mag = maximalAncestralGraph(graph);
  const wanted = statements(mag);
  const members = orientations(mag, ['->', '<-', '<->']).filter((g) => isAncestral(g) && statements(g) === wanted);
  return edgesOf(mag).length === 0
    ? markedGraph(
        mag.nodes.map(({ name }) => name),
        [],
      )
    : commonMarks(
        mag.nodes.map(({ name }) => name),
        members,
        'circle',
      );
}

describe('FCI that knows the independencies', () => {
  test.each(ofKind('fci_oracle').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const latents = new Set(list(c.latents));
    const nodes = graph.nodes.map((node) => ({ ...node, latent: latents.has(node.name) }));
    const { graph: found } = fciGraph(problemFor(indexEdges(nodes, edgesOf(graph))));
    const wanted = Array.isArray(c.marks) ? c.marks : [];
    const lines = (edges: readonly ReturnType<typeof markedJson>['edges'][number][]): readonly string[] =>
      edges.map((e) => [`${e.a} ${e.at_a}`, `${e.b} ${e.at_b}`].sort().join(', ')).sort();
    expect(lines(markedJson(found).edges)).toEqual(lines(wanted));
    expect(wanted.length).toBeGreaterThan(3);
  });

  test('finds what all equivalent ancestral graphs have in common', () => {
    let circles = 0;
    let arrows = 0;
    fc.assert(
      fc.property(graphs(5, 7, 42, 2), (graph) => {
        if (edgesOf(maximalAncestralGraph(graph)).length > 6) return;
        const { graph: found } = fciGraph(problemFor(graph));
        expect(markedText(found)).toBe(markedText(pagByEnumeration(graph)));
        for (const { atA, atB } of found.edges) {
          circles += Number(atA === 'circle') + Number(atB === 'circle');
          arrows += Number(atA === 'arrow') + Number(atB === 'arrow');
        }
      }),
      { seed: 23, numRuns: 100 },
    );
    expect(circles).toBeGreaterThan(100);
    expect(arrows).toBeGreaterThan(50);
  });

  test('selection makes edges without arrows', () => {
    // Rows are kept by what neighbours of a ring do together; e and f hang on a.
    const ring = 'a -> s1 <- b; b -> s2 <- c; c -> s3 <- d; d -> s4 <- a; a -> e -> f';
    const graph = graphNamed(`dag { ${ring} }`);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const place = (name: string): number => graph.indexOf.get(name)!;
    const selected = ['s1', 's2', 's3', 's4'].map(place);
    const test: IndependenceTest = {
      name: 'selected',
      test: (x, y, given) => {
        const set = [...given.map((v) => place(names[v]!)), ...selected];
        const apart = separated(graph, [place(names[x]!)], [place(names[y]!)], set);
        return { statistic: 0, p: apart ? 1 : 0, df: null, sparse: false };
      },
    };
    const { graph: found } = fciGraph({ ...problemFor(graph), names, test, known: nothing(names.length), most: 6 });
    expect(markedText(found)).toBe('a -- b\na -- d\na --o e\nb -- c\nc -- d\ne --o f\n');
  });

  test('marks that follow from tiers hold in every member that agrees with them', () => {
    let gained = 0;
    fc.assert(
      fc.property(graphs(5, 7, 42, 2), fc.integer({ min: 0, max: 99 }), (graph, pick) => {
        const mag = maximalAncestralGraph(graph);
        if (edgesOf(mag).length > 6) return;
        const order = topologicalOrder(mag)!;
        const cut = 1 + (pick % (mag.count - 1));
        const prior = { ...noKnowledge, tiers: [order.slice(0, cut), order.slice(cut)] };
        const early = new Set(order.slice(0, cut));
        const wanted = statements(mag);
        const members = orientations(mag, ['->', '<-', '<->']).filter(
          (g) =>
            isAncestral(g) &&
            edgesOf(g).every(({ from, to, kind }) => kind === '<->' || early.has(from) || !early.has(to)) &&
            statements(g) === wanted,
        );
        expect(members.length).toBeGreaterThan(0);
        if (edgesOf(mag).length === 0) return;
        const { graph: found } = fciGraph(problemFor(graph, 'standard', prior));
        const plain = fciGraph(problemFor(graph)).graph;
        const certain = commonMarks(found.nodes, members, 'circle');
        expect(found.edges.map(({ a, b }) => [a, b])).toEqual(certain.edges.map(({ a, b }) => [a, b]));
        for (const [k, edge] of found.edges.entries())
          for (const end of ['atA', 'atB'] as const) {
            if (edge[end] !== 'circle') expect(edge[end]).toBe(certain.edges[k]![end]);
            if (edge[end] !== 'circle' && plain.edges[k]![end] === 'circle') gained += 1;
          }
      }),
      { seed: 31, numRuns: 100 },
    );
    expect(gained).toBeGreaterThan(20);
  });
});
